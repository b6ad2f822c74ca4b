namespace SensorGrid.Rules.Conditions;

/// <summary>One of the things that a rule over many looks at.</summary>
/// <param name="Name">The datastream <c>gateway/name</c>, or a gateway that is watched as a whole.</param>
/// <param name="Weight">How much it counts among all.</param>
/// <param name="Value">Its value in an area; where things are counted, 1 when it counts and 0 when not. NaN when it had none and was left out.</param>
/// <param name="AtTicks">Stamp of its newest value or sign of life; of a vote when it was cast. <see cref="long.MinValue"/> for never.</param>
public readonly record struct GroupPoint(string Name, double Weight, double Value, long AtTicks)
{
    internal static string NameOf(ConditionScope scope) => scope.Datastream?.ToString() ?? scope.Gateway;
}
