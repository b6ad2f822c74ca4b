using SensorGrid.Readings;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Thresholds;

namespace SensorGrid.Rules.Windows;

/// <summary>What one rule works out for one datastream. Immutable, and one for all datastreams of the rule where they need nothing of their own.</summary>
/// <param name="Inputs">What must be known, each once.</param>
/// <param name="Value">What is compared, or null for the first input itself.</param>
/// <param name="Limits">Limits that are worked out, by level from blue; null for a level whose limit is a number or that has none. Null when there are none.</param>
internal sealed record MeasurePlan(MeasureInput[] Inputs, FormulaProgram? Value = null, FormulaProgram?[]? Limits = null)
{
    /// <summary>True when readings of other datastreams are needed.</summary>
    public bool HasOthers => Array.Exists(Inputs, input => input.Of is not null);
}

/// <summary>One thing that must be known, found in the catalogue.</summary>
/// <param name="Call">The function over readings.</param>
/// <param name="Of">The other datastream whose readings they are, or null.</param>
/// <param name="WithinTicks">How far the newest reading of that one may be from the time at which it is asked for.</param>
/// <param name="Schedule">The limits of the catalogue, when it is one of them.</param>
/// <param name="Level">Which of those.</param>
internal sealed record MeasureInput(
    ValueExpression Call, DatastreamKey? Of = null, long WithinTicks = 0, LimitSchedule? Schedule = null, Level Level = Level.None)
{
    /// <summary>True when what one has seen is what the other would have seen.</summary>
    public bool SeesSameAs(MeasureInput other) => (Call, Of) == (other.Call, other.Of) && (Schedule is null) == (other.Schedule is null);
}
