namespace SensorGrid.Rules.Model;

/// <summary>One value made of those of many points: what a threshold rule compares when it is about an area and not about a datastream.</summary>
public sealed record AreaValue
{
    /// <summary>Which points belong together.</summary>
    public required Grouping By { get; init; }

    /// <summary>What is made of their values.</summary>
    public required AreaFunction Function { get; init; }

    /// <summary>How much each point counts in an average.</summary>
    public AreaWeights Weights { get; init; }

    /// <summary>The share of the weight that must have a value; below it the area has none.</summary>
    public double Coverage { get; init; }

    /// <summary>How old the newest value of a point may be; 0 for the rule's freshness, or two of its expected intervals where those are longer.</summary>
    public long FreshTicks { get; init; }

    /// <summary>Of a count: a value on this limit counts; null for each point's own limit.</summary>
    public double? Limit { get; init; }

    /// <summary>Of a count by each point's own limit: from which level on.</summary>
    public Level LimitLevel { get; init; }

    /// <summary>Of a count: on which side of the limit a value counts.</summary>
    public LimitDirection Direction { get; init; }
}

/// <summary>What is made of the values of an area's points.</summary>
public enum AreaFunction : byte
{
    /// <summary>How many are beyond a limit.</summary>
    Count = 0,

    /// <summary>Their mean, each by its weight.</summary>
    Average = 1,

    /// <summary>The largest.</summary>
    Maximum = 2,

    /// <summary>The smallest.</summary>
    Minimum = 3,

    /// <summary>Their sum.</summary>
    Sum = 4,
}

/// <summary>How much each point of an area counts.</summary>
public enum AreaWeights : byte
{
    /// <summary>All the same.</summary>
    Equal = 0,

    /// <summary>By the part of the zone that lies nearer to it than to any other point.</summary>
    Thiessen = 1,
}
