namespace SensorGrid.Rules.Conditions;

/// <summary>One of the numbers that a value was made of.</summary>
/// <param name="Name">What it is, as the rule files' page names it: <c>ffmc</c>, <c>rain</c>.</param>
/// <param name="Value">How much.</param>
/// <param name="Unit">Its unit, or null for a plain number.</param>
public readonly record struct EvidenceValue(string Name, double Value, string? Unit = null);
