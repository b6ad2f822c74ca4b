using System.Collections.Immutable;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Rules.Model;

/// <summary>What all rules have. Immutable once read.</summary>
public abstract record Rule
{
    /// <summary>Unique over all rule files of a set, e.g. <c>water.river-level</c>.</summary>
    public string Id { get; init; } = "";

    /// <summary>Fingerprint of the rule's own text: tells a rule that was changed from one that only stands in a changed set.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Domain the rule belongs to.</summary>
    public string Domain { get; init; } = "";

    /// <summary>What the alarm is called.</summary>
    public LocalizedText Title { get; init; } = new("", "");

    /// <summary>Which datastreams it watches.</summary>
    public RuleScope Scope { get; init; } = new();

    /// <summary>Plan to be followed, or null.</summary>
    public string? Plan { get; init; }

    /// <summary>Where the numbers come from.</summary>
    public string? Source { get; init; }

    /// <summary>A change older than this when it is found is marked retrospective: recorded, not to be paged. Rule files say 2 min in the domain fire when they say nothing.</summary>
    public long FreshnessTicks { get; init; } = 30 * TimeSpan.TicksPerMinute;

    /// <summary>True when red stays until a person acknowledged it.</summary>
    public bool LatchesRed { get; init; } = true;

    /// <summary>How long the condition must hold before it counts.</summary>
    public long OnDelayTicks { get; init; }

    /// <summary>How long the condition must be gone before it ends.</summary>
    public long OffDelayTicks { get; init; }

    /// <summary>Local hours in which the condition can hold, or null for always.</summary>
    public LocalHours? Hours { get; init; }

    /// <summary>Where the rule stands.</summary>
    public SourcePosition Position { get; init; }
}

/// <summary>Compares a value with the limits of the levels.</summary>
public sealed record ThresholdRule : Rule
{
    /// <summary>What is compared, when <see cref="Formula"/> is null.</summary>
    public required ValueExpression Value { get; init; }

    /// <summary>What is compared when one function is not enough; else null.</summary>
    public ValueFormula? Formula { get; init; }

    /// <summary>What is compared, as rule files write it.</summary>
    public string Measure => Over is null ? OfOne : $"{AreaFunctions.NameOf(Over.Function)} of {OfOne}";

    /// <summary>True when a reading from before the windows of what is compared counts too; see <see cref="ValueExpression.LooksBefore"/>.</summary>
    public bool LooksBefore => Formula?.LooksBefore ?? Value.LooksBefore;

    /// <summary>Set when the value of each datastream is one of many that the compared value is made of.</summary>
    public AreaValue? Over { get; init; }

    /// <summary>On which side of a limit a value is bad.</summary>
    public LimitDirection Direction { get; init; }

    /// <summary>The limits, or null when each datastream's own limits in the catalogue are used.</summary>
    public LevelLimits? Limits { get; init; }

    /// <summary>Limits of certain days of every year, in place of <see cref="Limits"/>.</summary>
    public IReadOnlyList<DatedLimits> DatedLimits { get; init; } = [];

    /// <summary>Limits that are worked out from readings or from the catalogue, by level; those have none in <see cref="Limits"/>.</summary>
    public IReadOnlyDictionary<Level, ValueFormula> LimitFormulas { get; init; } = ImmutableSortedDictionary<Level, ValueFormula>.Empty;

    /// <summary>Unit of the limits' quantity, to be checked against the datastreams, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>How far inside a limit the value must be to let the level go.</summary>
    public double ClearMargin { get; init; }

    /// <summary>The rule is evaluated only while the newest value is at or beyond this, or null for always.</summary>
    public double? Floor { get; init; }

    private string OfOne => Formula?.Text ?? Value.ToString();
}

/// <summary>Raises when a datastream or a gateway is silent.</summary>
public sealed record DeadmanRule : Rule
{
    /// <summary>How long nothing came.</summary>
    public required long SilenceTicks { get; init; }

    /// <summary>Level of the alarm.</summary>
    public required Level Level { get; init; }

    /// <summary>True to watch each gateway of the scope as a whole, false to watch each datastream.</summary>
    public bool OfGateway { get; init; }

    /// <summary>What becomes of many silences at once, or null when each is told by itself.</summary>
    public RollUp? RollUp { get; init; }
}

/// <summary>Raises by where a moving thing is to a fence.</summary>
public sealed record GeofenceRule : Rule
{
    /// <summary>What makes the condition hold.</summary>
    public required FenceTrigger On { get; init; }

    /// <summary>Zone ids; empty when zones are chosen by kind.</summary>
    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>All zones of this kind in the rule's domain, or null when zones are named.</summary>
    public string? ZoneKind { get; init; }

    /// <summary>Level of the alarm.</summary>
    public required Level Level { get; init; }

    /// <summary>How long it must have stayed inside, for <see cref="FenceTrigger.Dwell"/>.</summary>
    public long DwellTicks { get; init; }

    /// <summary>How near it must be, for <see cref="FenceTrigger.Approach"/>, in metres.</summary>
    public double DistanceMetres { get; init; }

    /// <summary>How far outside a position must be to count as outside, in metres; how much a distance must change to be shrinking or growing.</summary>
    public double HysteresisMetres { get; init; }

    /// <summary>How many fixes in a row on the other side make a crossing.</summary>
    public int MinimumFixes { get; init; } = 1;

    /// <summary>Name of the gateway's datastream that tells the error of each fix in metres, or null.</summary>
    public string? ErrorDatastream { get; init; }

    /// <summary>A fix with a greater error does not cross, metres.</summary>
    public double MostErrorMetres { get; init; } = double.PositiveInfinity;

    /// <summary>True when the end of a fence counts as an exit of what is inside.</summary>
    public bool ExitsWhenFenceEnds { get; init; }
}
