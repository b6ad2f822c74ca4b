using SensorGrid.Readings;

namespace SensorGrid.Rules.Model;

/// <summary>When many of a group are silent at once, it is one event: one alarm for the group stands for those of its members.</summary>
public sealed record RollUp
{
    /// <summary>What makes a group.</summary>
    public required Grouping By { get; init; }

    /// <summary>Which share of the members that were ever heard must be silent.</summary>
    public required double Share { get; init; }

    /// <summary>How many must be silent, at least.</summary>
    public required int Least { get; init; }

    /// <summary>For how long a member's own alarm waits for the group's, and the group's end for its members.</summary>
    public required long WaitTicks { get; init; }

    /// <summary>Level of the group's alarm.</summary>
    public required Level Level { get; init; }

    /// <summary>What the group's alarm is called, or null for the rule's title.</summary>
    public LocalizedText? Title { get; init; }
}
