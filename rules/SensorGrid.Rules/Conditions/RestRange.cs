namespace SensorGrid.Rules.Conditions;

/// <summary>The values of a rule at which its levels stay as they are and no delay begins.</summary>
/// <param name="Low">Smallest of them; NaN when there are none.</param>
/// <param name="High">Largest of them; NaN when there are none.</param>
internal readonly record struct RestRange(double Low, double High)
{
    /// <summary>Holds nothing.</summary>
    public static RestRange Nothing => new(double.NaN, double.NaN);

    public bool Holds(double value) => value >= Low && value <= High;
}
