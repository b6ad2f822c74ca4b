using System.Text;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Alarms.Scenarios;

/// <summary>A line of a scenario that holds a SenML pack as a gateway sends it: <c>senml,receivedAt,gateway,[…]</c>. Read by what reads it live.</summary>
internal static class ScenarioPack
{
    public const string Prefix = "senml,";

    /// <summary>Its readings, each a record of the same moment, or what is wrong with it.</summary>
    /// <param name="gateway">Who sends it.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="receivedAtTicks">When it comes.</param>
    public static (IReadOnlyList<ScenarioRecord> Records, string? Problem) Read(string gateway, string pack, long receivedAtTicks)
    {
        if (!Identifier.IsValid(gateway) || !TelemetryTopic.TryParse(TelemetryTopic.Format("scenario", gateway, TelemetryTopicKind.Readings), out var topic))
            return ([], $"'{gateway}' is not a gateway id");
        var table = new DatastreamTable();
        var batch = new ReadingBatch();
        var outcome = new PayloadDecoder().Decode(topic, Encoding.UTF8.GetBytes(pack), receivedAtTicks, table.ForGateway(gateway), batch);
        if (!outcome.IsRead)
            return ([], $"the SenML pack is refused at byte {outcome.Position}: {outcome.Reason}");
        if (batch.Count == 0)
            return ([], "the SenML pack holds no reading");
        var records = new List<ScenarioRecord>();
        foreach (var reading in batch.Readings)
            records.Add(new() { Kind = ScenarioRecordKind.Reading, ReceivedAtTicks = receivedAtTicks, Datastream = table.KeyOf(reading.Datastream), Reading = reading });
        return (records, null);
    }
}
