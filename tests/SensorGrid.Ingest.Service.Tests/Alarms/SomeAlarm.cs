using SensorGrid.Ingest.Service.Alarms;

namespace SensorGrid.Ingest.Service.Tests.Alarms;

/// <summary>Alarms whose values do not matter, but for those a test names.</summary>
internal static class SomeAlarm
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static AlarmView Of(string id, long position = 1, string level = "yellow", bool active = true, bool acknowledged = false,
        string domain = "water", int raisedMinutes = 0) => new()
        {
            Id = id,
            Rule = "water.river-level",
            RuleVersion = "0123456789ab",
            Title = new("河道水位超限", "River level high"),
            Domain = domain,
            Scope = "gw-1/stage",
            Station = "st-1",
            Level = level,
            PeakLevel = level,
            Active = active,
            Acknowledged = acknowledged,
            OnsetAt = Noon.AddMinutes(raisedMinutes),
            RaisedAt = Noon.AddMinutes(raisedMinutes),
            UpdatedAt = Noon.AddMinutes(raisedMinutes),
            Retrospective = false,
            Revision = 1,
            ReceivedAt = Noon,
            EvaluatedAt = Noon,
            Position = position,
        };
}
