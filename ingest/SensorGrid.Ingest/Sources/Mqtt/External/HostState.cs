using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Sources.Mqtt.External;

/// <summary>Our state as a host of Sparkplug B on one connection to a broker.</summary>
/// <param name="Topic">Where it is said.</param>
/// <param name="Timestamp">When we connected, milliseconds since 1970 UTC.</param>
internal sealed record HostState(string Topic, long Timestamp)
{
    // Commands are not among them: we send those.
    private static readonly string[] Words = ["NBIRTH", "NDATA", "NDEATH", "DBIRTH/+", "DDATA/+", "DDEATH/+"];

    /// <summary>Filters of what edge nodes say, and of our own state.</summary>
    public IEnumerable<string> Filters => Words
        .Select(word => word.EndsWith("/+", StringComparison.Ordinal) ? $"{SparkplugTopic.Prefix}+/{word[..^2]}/+/+" : $"{SparkplugTopic.Prefix}+/{word}/+")
        .Append(Topic);

    /// <summary>The retained message that says whether we are there.</summary>
    public PublishedMessage Message(bool online) => new(Topic, new SparkplugState(online, Timestamp).ToPayload(), Retain: true);
}
