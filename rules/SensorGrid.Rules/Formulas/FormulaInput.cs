using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Formulas;

/// <summary>What a formula must be told: a function over the datastream that the rule watches, one over another datastream, or a limit of the catalogue.</summary>
/// <param name="Call">The function; meaningless for a limit.</param>
/// <param name="Of">The other datastream as the formula names it (a quantity, or <c>gateway/name</c>), or null.</param>
/// <param name="WithinTicks">How old that one's newest reading may be; 0 when the formula does not say.</param>
/// <param name="Limit">The level whose limit it is, or none.</param>
internal sealed record FormulaInput(ValueExpression Call, string? Of = null, long WithinTicks = 0, Level Limit = Level.None);
