using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace SensorGrid.Ingest.Service.Alarms;

/// <summary>A text in the two languages of the console.</summary>
internal sealed record LocalText(string Zh, string En);

/// <summary>An alarm as the API shows it: what is known of it after its newest transition.</summary>
internal record AlarmView
{
    public required string Id { get; init; }

    public required string Rule { get; init; }

    /// <summary>Version of the rule set that raised it.</summary>
    public required string RuleVersion { get; init; }

    public required LocalText Title { get; init; }

    public required string Domain { get; init; }

    /// <summary>What the rule watches: a datastream id, a gateway id, or <c>asset|zone</c>.</summary>
    public required string Scope { get; init; }

    public string? Station { get; init; }

    public string? Asset { get; init; }

    public string? Zone { get; init; }

    public string? Datastream { get; init; }

    public string? Gateway { get; init; }

    public double? Longitude { get; init; }

    public double? Latitude { get; init; }

    /// <summary>Level now, or the last one when it has ended: blue, yellow, orange or red.</summary>
    public required string Level { get; init; }

    /// <summary>Highest level it ever had.</summary>
    public required string PeakLevel { get; init; }

    public required bool Active { get; init; }

    /// <summary>A person has seen it. False again when it reaches red and was seen at a lower level only.</summary>
    public required bool Acknowledged { get; init; }

    public string? AcknowledgedBy { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public string? Note { get; init; }

    /// <summary>Event time at which the condition first held.</summary>
    public required DateTimeOffset OnsetAt { get; init; }

    /// <summary>Event time of the raise: the onset plus the on-delay.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>Event time at which the condition stopped holding, also while a latch keeps the alarm active.</summary>
    public DateTimeOffset? ReturnedAt { get; init; }

    /// <summary>Event time at which the alarm stopped being active.</summary>
    public DateTimeOffset? ClearedAt { get; init; }

    /// <summary>Event time of the newest transition.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    public double? Value { get; init; }

    public string? Unit { get; init; }

    /// <summary>Limit of the level it has.</summary>
    public double? Limit { get; init; }

    /// <summary>Found in late data: the condition lay too far back to page anybody.</summary>
    public required bool Retrospective { get; init; }

    public string? Plan { get; init; }

    /// <summary>Number of transitions so far.</summary>
    public required int Revision { get; init; }

    /// <summary>When the reading that raised it reached the service.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the rules had it.</summary>
    public required DateTimeOffset EvaluatedAt { get; init; }

    /// <summary>Position of the newest transition; not part of the API's alarm.</summary>
    [JsonIgnore]
    public long Position { get; init; }

    /// <summary>A dispatcher still has something to do with it.</summary>
    [JsonIgnore]
    public bool Open => Active || !Acknowledged;
}

/// <summary>The limits that were in force at an alarm's latest change of level, and what was compared with them.</summary>
internal sealed record AlarmLimits(
    IReadOnlyList<LevelLimitView> Limits, string? Direction, string? Measure = null, IReadOnlyList<EvidenceView>? Evidence = null)
{
    public static readonly AlarmLimits None = new([], null);
}

internal sealed record LevelLimitView(string Level, double Value);

/// <summary>One of the numbers that a value was made of.</summary>
/// <param name="Name">What it is: ffmc, rain.</param>
/// <param name="Value">How much.</param>
/// <param name="Unit">Its unit, or null for a plain number.</param>
internal sealed record EvidenceView(string Name, double Value, string? Unit);

/// <summary>One thing that happened to an alarm.</summary>
/// <param name="Position">Its number among all transitions.</param>
/// <param name="Kind">What happened: raised, level-changed, returned, continued, cleared, acknowledged.</param>
/// <param name="At">Event time.</param>
/// <param name="RecordedAt">Time of the log record that caused it.</param>
/// <param name="Level">Level after it.</param>
/// <param name="Value">Value that caused it.</param>
/// <param name="By">Operator, for what a person did.</param>
/// <param name="Note">What the operator wrote.</param>
/// <param name="Reason">Why, where it was not the condition: rule removed, rule changed.</param>
/// <param name="Retrospective">Found too late to page anybody.</param>
internal sealed record AlarmTransitionView(
    long Position, string Kind, DateTimeOffset At, DateTimeOffset RecordedAt, string Level, double? Value, string? By, string? Note,
    string? Reason, bool Retrospective);

/// <summary>One thing that happened, with the alarm it happened to.</summary>
/// <param name="Position">Its number among all transitions: by it repeats are told apart.</param>
/// <param name="Previous">Over MQTT: the position before it in its domain, by which gaps are seen; null in answers of the API, which have none.</param>
/// <param name="Transition">What happened.</param>
/// <param name="Alarm">The alarm as it is now, perhaps after further transitions.</param>
internal sealed record AlarmEventView(long Position, long? Previous, AlarmTransitionView Transition, AlarmView Alarm);

/// <summary>An alarm with its limits and everything that happened to it.</summary>
internal sealed record AlarmDetail : AlarmView
{
    [JsonConstructor]
    public AlarmDetail()
    {
    }

    [SetsRequiredMembers]
    public AlarmDetail(AlarmView alarm, AlarmLimits limits, IReadOnlyList<AlarmTransitionView> transitions)
        : base(alarm) =>
        (Limits, Direction, Measure, Evidence, Transitions) = (limits.Limits, limits.Direction, limits.Measure, limits.Evidence ?? [], transitions);

    /// <summary>Limits in force at its latest change of level, lowest level first.</summary>
    public required IReadOnlyList<LevelLimitView> Limits { get; init; }

    /// <summary>Side of the limit that is bad: above or below.</summary>
    public string? Direction { get; init; }

    /// <summary>What of the readings is compared with the limits: last, sum(3h), avg(10min), min(1h), max(1h), rate(1h), rate(60s, 1min); null
    /// for rules without values.</summary>
    public string? Measure { get; init; }

    /// <summary>What the value was made of at the latest change of level, when that is more than readings: the components of a fire weather index. Else empty.</summary>
    public IReadOnlyList<EvidenceView> Evidence { get; init; } = [];

    public required IReadOnlyList<AlarmTransitionView> Transitions { get; init; }
}
