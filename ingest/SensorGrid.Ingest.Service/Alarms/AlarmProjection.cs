using SensorGrid.Alarms;
using SensorGrid.Rules.Model;

namespace SensorGrid.Ingest.Service.Alarms;

/// <summary>Alarm and transition as the register knows them → as the API shows them. Pure.</summary>
internal static class AlarmProjection
{
    /// <param name="alarm">The alarm after its newest transition.</param>
    /// <param name="position">Number of that transition.</param>
    /// <param name="evaluatedAt">When the rules had raised it.</param>
    public static AlarmView View(Alarm alarm, long position, DateTimeOffset evaluatedAt) => new()
    {
        Id = alarm.Id,
        Rule = alarm.Rule,
        RuleVersion = alarm.RuleVersion,
        Title = new(alarm.Title.Zh, alarm.Title.En),
        Domain = alarm.Domain,
        Scope = alarm.Scope,
        Station = alarm.Station,
        Asset = alarm.Asset,
        Zone = alarm.Zone,
        Datastream = alarm.Datastream,
        Gateway = alarm.Gateway,
        Longitude = alarm.Longitude,
        Latitude = alarm.Latitude,
        Level = LevelNames.NameOf(alarm.Level),
        PeakLevel = LevelNames.NameOf(alarm.PeakLevel),
        Active = alarm.Active,
        Acknowledged = alarm.Acknowledged,
        AcknowledgedBy = alarm.AcknowledgedBy,
        AcknowledgedAt = Time(alarm.AcknowledgedAtTicks),
        Note = alarm.Note,
        OnsetAt = Time(alarm.OnsetAtTicks),
        RaisedAt = Time(alarm.RaisedAtTicks),
        ReturnedAt = Time(alarm.ReturnedAtTicks),
        ClearedAt = Time(alarm.ClearedAtTicks),
        UpdatedAt = Time(alarm.UpdatedAtTicks),
        Value = alarm.Value,
        Unit = alarm.Unit,
        Limit = alarm.Limit,
        Retrospective = alarm.Retrospective,
        Plan = alarm.Plan,
        Revision = alarm.Revision,
        ReceivedAt = Time(alarm.ReceivedAtTicks),
        EvaluatedAt = evaluatedAt,
        Position = position,
    };

    public static AlarmLimits Limits(Alarm alarm)
    {
        LevelLimitView[] limits =
        [
            .. LevelNames.Raised.Select(level => (level, limit: alarm.Limits.Of((int)level))).Where(pair => pair.limit is not null)
                .Select(pair => new LevelLimitView(LevelNames.NameOf(pair.level), pair.limit!.Value)),
        ];
        return new(limits, limits.Length == 0 ? null : alarm.Direction == LimitDirection.Above ? "above" : "below", alarm.Measure,
            alarm.Evidence is null ? null : [.. alarm.Evidence.Select(part => new EvidenceView(part.Name, part.Value, part.Unit))]);
    }

    public static AlarmTransitionView View(AlarmTransition transition, long position) => new(
        position, AlarmTransition.NameOf(transition.Kind), Time(transition.AtTicks), Time(transition.LogTimeTicks),
        LevelNames.NameOf(transition.Alarm.Level), transition.Alarm.Value, transition.By, transition.Note, transition.Reason, transition.Retrospective);

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    private static DateTimeOffset? Time(long? ticks) => ticks is { } known ? Time(known) : null;
}
