using System.Text.Json.Serialization;

namespace SensorGrid.Alarms.Replays;

/// <summary>Why an alarm was raised, for people and programs: what was measured, by which rule, in which versions, and whether the same comes
/// of it again.</summary>
public sealed record AlarmExplanation
{
    /// <summary>Id of the alarm.</summary>
    public required string Alarm { get; init; }

    /// <summary>Rule id.</summary>
    public required string Rule { get; init; }

    /// <summary>What is watched.</summary>
    public required string Scope { get; init; }

    /// <summary>Level at which it was raised.</summary>
    public required string Level { get; init; }

    /// <summary>When the condition first held.</summary>
    public required DateTimeOffset OnsetAt { get; init; }

    /// <summary>When it was raised: onset plus on-delay.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>When the log record that raised it was received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Number of that record.</summary>
    public required long Sequence { get; init; }

    /// <summary>What was compared with the limits, or null.</summary>
    public string? Measure { get; init; }

    /// <summary>The value at the raise, or null.</summary>
    public double? Value { get; init; }

    /// <summary>Unit of value and limits, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>The side of a limit that is bad, <c>above</c> or <c>below</c>; null for rules without limits.</summary>
    public string? Direction { get; init; }

    /// <summary>Limits in force, lowest level first.</summary>
    public required IReadOnlyList<ExplainedLimit> Limits { get; init; }

    /// <summary>The rule as it stood in its file; empty when that is not there.</summary>
    public required IReadOnlyList<string> RuleText { get; init; }

    /// <summary>File of the rule and line in it, <c>file:line</c>, or null.</summary>
    public string? RulePlace { get; init; }

    /// <summary>First digits of the rule set's hash.</summary>
    public string? RuleVersion { get; init; }

    /// <summary>Who put the rule set into force, or null.</summary>
    public string? RulesBy { get; init; }

    /// <summary>When, or null.</summary>
    public DateTimeOffset? RulesAt { get; init; }

    /// <summary>First digits of the catalogue's hash, or null.</summary>
    public string? CatalogueVersion { get; init; }

    /// <summary>Begin of the window that led to it, on-delay included.</summary>
    public required DateTimeOffset WindowFrom { get; init; }

    /// <summary>Of a rule over many: whom it looked at, and what each had to say when the level changed. Else empty.</summary>
    public IReadOnlyList<ExplainedPoint> Points { get; init; } = [];

    /// <summary>Readings in the window, of the datastream, of the points, or of the gateway where the rule watches it as a whole; the newest <see cref="AlarmExplainer.MostReadings"/>.
    /// Of other datastreams that the value is made of those too. Before all, what counts from before the window: the newest of each other datastream (how old it was tells whether it
    /// counted), the reading that a change is measured from, the last check-in, the newest one when the onset is the begin of the rule's hours, and for <c>k-of-last</c> those that are looked at too.</summary>
    public required IReadOnlyList<ExplainedReading> Readings { get; init; }

    /// <summary>How many there were in all.</summary>
    public required long ReadingsInWindow { get; init; }

    /// <summary>Older ones in the window that are not among <see cref="Readings"/>.</summary>
    public long ReadingsLeftOut => ReadingsInWindow - Readings.Count + ReadingsBefore;

    /// <summary>How many of <see cref="Readings"/> lie before the window.</summary>
    [JsonIgnore]
    public int ReadingsBefore => Readings.TakeWhile(reading => reading.ObservedAt < WindowFrom).Count();

    /// <summary>Log records that were evaluated again.</summary>
    public required long RecordsPlayed { get; init; }

    /// <summary>The raise as it was recorded.</summary>
    public required string Recorded { get; init; }

    /// <summary>The raise as it came out again; null when none did.</summary>
    public string? Again { get; init; }

    /// <summary>The same came out again, byte for byte.</summary>
    public bool Same => Again == Recorded;

    /// <summary>The log before the window was not there, or was more than may be played: it may be not the same for that reason alone.</summary>
    public required bool BeginIsMissing { get; init; }
}

/// <summary>A level's limit.</summary>
/// <param name="Level">The level's word.</param>
/// <param name="Value">Its limit.</param>
public sealed record ExplainedLimit(string Level, double Value);

/// <summary>One of the things that a rule over many looks at.</summary>
/// <param name="Name"><c>gateway/name</c>, or a gateway.</param>
/// <param name="Weight">How much it counts among all.</param>
/// <param name="Value">Its value; where things are counted 1 when it counts and 0 when not. Null when it was left out.</param>
/// <param name="At">Stamp of its newest value or sign of life; null when what was played again holds none.</param>
public sealed record ExplainedPoint(string Name, double Weight, double? Value, DateTimeOffset? At);

/// <summary>A reading that led to an alarm.</summary>
/// <param name="Datastream"><c>gateway/name</c>.</param>
/// <param name="ObservedAt">When it was true.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Sequence">Number of the log record that brought it.</param>
/// <param name="Value">Its value; null for texts and what is not finite.</param>
/// <param name="Quality">Its quality as it was sent.</param>
public sealed record ExplainedReading(string Datastream, DateTimeOffset ObservedAt, DateTimeOffset ReceivedAt, long Sequence, double? Value, string Quality);
