using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Rules.Model;

/// <summary>One kind of evidence in a rule over several datastreams: what each datastream is asked.</summary>
public sealed record Detector
{
    /// <summary>Which datastreams, among those of the rule's own scope.</summary>
    public required RuleScope Scope { get; init; }

    /// <summary>What each is asked: a threshold or a silence. Takes id, title and so on from the rule it stands in.</summary>
    public required Rule Watch { get; init; }

    /// <summary>From which level of that on it says yes.</summary>
    public required Level At { get; init; }
}

/// <summary>What of a datastream names the group it belongs to.</summary>
public enum GroupKind : byte
{
    /// <summary>All of the rule's scope are one group.</summary>
    All = 0,

    /// <summary>Its station.</summary>
    Station = 1,

    /// <summary>Its asset.</summary>
    Asset = 2,

    /// <summary>The gateway that sends it.</summary>
    Gateway = 3,

    /// <summary>Its station's site.</summary>
    Site = 4,

    /// <summary>The value of a tag.</summary>
    Tag = 5,

    /// <summary>Each zone that its station lies in.</summary>
    Zone = 6,

    /// <summary>The pipes or the river that its station lies on: all that is joined by <c>upstream</c> relations.</summary>
    Network = 7,
}

/// <summary>How the datastreams of a scope are put together.</summary>
/// <param name="Kind">By what.</param>
/// <param name="Name">Which tag, or zones of which kind; null for the others.</param>
public readonly record struct Grouping(GroupKind Kind, string? Name = null);

/// <summary>Raises by how many datastreams, or kinds of evidence, say yes at the same time.</summary>
public sealed record VoteRule : Rule
{
    /// <summary>What is asked. With several, each kind has one vote; with one, each thing of <see cref="VotesOf"/> has.</summary>
    public required IReadOnlyList<Detector> Detectors { get; init; }

    /// <summary>Which datastreams vote together.</summary>
    public required Grouping By { get; init; }

    /// <summary>Who has a vote when there is one kind of evidence: <see cref="GroupKind.All"/> for each datastream.</summary>
    public GroupKind VotesOf { get; init; }

    /// <summary>How many votes raise each level.</summary>
    public required LevelLimits Votes { get; init; }

    /// <summary>For how long a yes counts after it has ended.</summary>
    public long WithinTicks { get; init; }
}

/// <summary>Raises by how many of the last readings of a datastream are beyond a limit.</summary>
public sealed record RepeatRule : Rule
{
    /// <summary>How many readings are looked at.</summary>
    public required int OfLast { get; init; }

    /// <summary>How many of them raise each level.</summary>
    public required LevelLimits Counts { get; init; }

    /// <summary>The limit; a value on it is beyond it.</summary>
    public required double Limit { get; init; }

    /// <summary>On which side of the limit a value is bad.</summary>
    public LimitDirection Direction { get; init; }

    /// <summary>Unit of the limit, to be checked against the datastreams, or null.</summary>
    public string? Unit { get; init; }
}
