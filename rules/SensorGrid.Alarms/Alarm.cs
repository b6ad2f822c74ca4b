using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;

namespace SensorGrid.Alarms;

/// <summary>An alarm as it is after one transition. Immutable. Two facts, <see cref="Active"/> and <see cref="Acknowledged"/>,
/// which do not depend on each other. All times are event times in UTC but for <see cref="AcknowledgedAtTicks"/> and
/// <see cref="ReceivedAtTicks"/>.</summary>
public sealed record Alarm
{
    /// <summary>Derived from rule, scope and onset, so that a replay names it the same: see <see cref="AlarmId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>Rule id.</summary>
    public required string Rule { get; init; }

    /// <summary>Version of the rule set at its latest transition.</summary>
    public required string RuleVersion { get; init; }

    /// <summary>What it is called.</summary>
    public required LocalizedText Title { get; init; }

    /// <summary>Domain of the rule.</summary>
    public required string Domain { get; init; }

    /// <summary>What is watched: <c>gateway/name</c>, a gateway id, or <c>asset|zone</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>Station id, or null.</summary>
    public string? Station { get; init; }

    /// <summary>Asset id, or null.</summary>
    public string? Asset { get; init; }

    /// <summary>Zone id, or null.</summary>
    public string? Zone { get; init; }

    /// <summary>Datastream id <c>gateway/name</c>, or null.</summary>
    public string? Datastream { get; init; }

    /// <summary>Gateway id.</summary>
    public required string Gateway { get; init; }

    /// <summary>Longitude of the station, or where a moving asset was, in WGS-84 degrees; or null.</summary>
    public double? Longitude { get; init; }

    /// <summary>Latitude, or null.</summary>
    public double? Latitude { get; init; }

    /// <summary>Level now; after the end the level it had last. A latched red stays red.</summary>
    public required Level Level { get; init; }

    /// <summary>Highest level it has had.</summary>
    public required Level PeakLevel { get; init; }

    /// <summary>True until the condition has returned to normal and, if it had been red, a person has acknowledged it.</summary>
    public required bool Active { get; init; }

    /// <summary>True once a person has seen it; false again when it reaches red and was seen at a lower level only.</summary>
    public bool Acknowledged { get; init; }

    /// <summary>The level that person saw; none while it is not acknowledged. Seen at red is seen for good.</summary>
    public Level AcknowledgedLevel { get; init; }

    /// <summary>Who acknowledged it first, or null while it is not acknowledged.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>When (log time), or null.</summary>
    public long? AcknowledgedAtTicks { get; init; }

    /// <summary>What that person wrote, or null.</summary>
    public string? Note { get; init; }

    /// <summary>When the condition first held.</summary>
    public required long OnsetAtTicks { get; init; }

    /// <summary>When it was raised: onset plus on-delay.</summary>
    public required long RaisedAtTicks { get; init; }

    /// <summary>When the condition returned to normal, or null while it holds.</summary>
    public long? ReturnedAtTicks { get; init; }

    /// <summary>When it stopped being active, or null while it is.</summary>
    public long? ClearedAtTicks { get; init; }

    /// <summary>When its latest transition took place.</summary>
    public required long UpdatedAtTicks { get; init; }

    /// <summary>The value at its latest change of level, or null for rules without values.</summary>
    public double? Value { get; init; }

    /// <summary>What of the readings is compared with the limits, as rule files write it (<c>last</c>, <c>sum(3h)</c>); null for rules without
    /// values, and for alarms of a time when it was not kept.</summary>
    public string? Measure { get; init; }

    /// <summary>Unit of value and limits, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>The limit of <see cref="Level"/>, or null.</summary>
    public double? Limit { get; init; }

    /// <summary>The limits that were in force.</summary>
    public required LevelLimits Limits { get; init; }

    /// <summary>On which side of a limit a value is bad.</summary>
    public LimitDirection Direction { get; init; }

    /// <summary>What the value was made of, when that is more than readings; else null.</summary>
    public IReadOnlyList<EvidenceValue>? Evidence { get; init; }

    /// <summary>True when it was raised later than the rule's freshness allows, or brought to light by late readings: recorded, not to be paged.</summary>
    public bool Retrospective { get; init; }

    /// <summary>True when red stays until acknowledged.</summary>
    public bool LatchesRed { get; init; }

    /// <summary>Plan to be followed, or null.</summary>
    public string? Plan { get; init; }

    /// <summary>Number of transitions so far.</summary>
    public required int Revision { get; init; }

    /// <summary>Log time of what raised it.</summary>
    public required long ReceivedAtTicks { get; init; }

    /// <summary>True while red must stay whatever the condition does.</summary>
    public bool IsLatched => LatchesRed && Active && Level == Level.Red && !Acknowledged;

    /// <summary>The alarm as it is when this person has seen it.</summary>
    internal Alarm SeenBy(string by, string? note, long atTicks) => this with
    {
        Acknowledged = true, AcknowledgedLevel = Level, AcknowledgedBy = by, AcknowledgedAtTicks = atTicks, Note = note,
    };

    /// <summary>The alarm as it is when nobody has seen it. Who had is in its transitions.</summary>
    internal Alarm Unseen() => this with
    {
        Acknowledged = false, AcknowledgedLevel = Level.None, AcknowledgedBy = null, AcknowledgedAtTicks = null, Note = null,
    };
}
