using SensorGrid.Readings;

namespace SensorGrid.Alarms.Scenarios;

/// <summary>What one line of a scenario does.</summary>
public enum ScenarioRecordKind : byte
{
    /// <summary>A gateway sends a reading.</summary>
    Reading,

    /// <summary>Time passes.</summary>
    Tick,

    /// <summary>A person acknowledges the newest alarm of a rule and scope.</summary>
    Acknowledge,

    /// <summary>Other rules come into force.</summary>
    Rules,

    /// <summary>A zone is elsewhere from then on.</summary>
    Move,

    /// <summary>The service starts again; since the line before it was down.</summary>
    Started,
}

/// <summary>One line of a scenario, read.</summary>
public sealed record ScenarioRecord
{
    /// <summary>What it does.</summary>
    public required ScenarioRecordKind Kind { get; init; }

    /// <summary>When the log got it; never earlier than the line before.</summary>
    public required long ReceivedAtTicks { get; init; }

    /// <summary>The line, from 1.</summary>
    public int Line { get; init; }

    /// <summary>Of a reading: the datastream.</summary>
    public DatastreamKey Datastream { get; init; }

    /// <summary>Of a reading: all but its index.</summary>
    public Reading Reading { get; init; }

    /// <summary>Of an acknowledgement: who.</summary>
    public string Operator { get; init; } = "";

    /// <summary>Of an acknowledgement: the alarm's rule.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Of an acknowledgement: the alarm's scope.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Of an acknowledgement: what the person writes, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Of a change of rules or a move: the file.</summary>
    public string File { get; init; } = "";

    /// <summary>Of a move: the zone.</summary>
    public string Zone { get; init; } = "";

    /// <summary>Of a move: from when the zone is in force, or null.</summary>
    public string? ValidFrom { get; init; }

    /// <summary>Of a move: when it is no longer, or null.</summary>
    public string? ValidTo { get; init; }
}
