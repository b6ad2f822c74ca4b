namespace SensorGrid.Readings;

/// <summary>What names a datastream everywhere and for good: the gateway that sends it and the name it sends.</summary>
/// <param name="Gateway">Gateway id, as in the topic.</param>
/// <param name="Name">Resolved SenML name (base name and name put together).</param>
public readonly record struct DatastreamKey(string Gateway, string Name)
{
    /// <summary><c>gateway/name</c>: the id by which APIs and files call the datastream.</summary>
    public override string ToString() => $"{Gateway}/{Name}";
}
