namespace SensorGrid.Rules.Model;

/// <summary>Which datastreams a rule watches: all that match everything given here. What is null is not asked for.</summary>
public sealed record RuleScope
{
    /// <summary>Domain of the datastream's station, asset or gateway.</summary>
    public string? Domain { get; init; }

    /// <summary>Quantity of the datastream.</summary>
    public string? Quantity { get; init; }

    /// <summary>Kind of the station or asset.</summary>
    public string? Kind { get; init; }

    /// <summary>Station ids, one of which it must belong to.</summary>
    public IReadOnlyList<string>? Stations { get; init; }

    /// <summary>Asset ids, one of which it must belong to.</summary>
    public IReadOnlyList<string>? Assets { get; init; }

    /// <summary>Gateway ids, one of which must send it.</summary>
    public IReadOnlyList<string>? Gateways { get; init; }

    /// <summary>Datastream ids <c>gateway/name</c>, one of which it must be.</summary>
    public IReadOnlyList<string>? Datastreams { get; init; }

    /// <summary>Zone ids, in one of which its station must lie.</summary>
    public IReadOnlyList<string>? Zones { get; init; }

    /// <summary>Kind of zones, in one of which its station must lie.</summary>
    public string? ZoneKind { get; init; }

    /// <summary>Station ids, upstream of one of which its station must lie, however far.</summary>
    public IReadOnlyList<string>? UpstreamOf { get; init; }

    /// <summary>Station ids, downstream of one of which its station must lie, however far.</summary>
    public IReadOnlyList<string>? DownstreamOf { get; init; }

    /// <summary>Station ids, one of which must be a neighbour of its station.</summary>
    public IReadOnlyList<string>? NeighboursOf { get; init; }

    /// <summary>Tags it must carry, on the datastream itself or on its station or asset.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}
