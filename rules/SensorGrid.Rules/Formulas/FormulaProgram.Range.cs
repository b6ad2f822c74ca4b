using SensorGrid.Readings.Units;

namespace SensorGrid.Rules.Formulas;

// The same with ranges instead of numbers. Doubles are rounded the same way whatever they are, so what comes of the ends of ranges encloses what comes of anything
// between them.
internal sealed partial class FormulaProgram
{
    /// <summary>Works out between what the result lies.</summary>
    /// <param name="lows">Smallest values of <see cref="Inputs"/>.</param>
    /// <param name="highs">Largest values.</param>
    /// <returns>Two NaN when nothing can be said.</returns>
    public (double Low, double High) Run(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs)
    {
        Span<(double Low, double High)> stack = stackalloc (double, double)[FormulaParser.MaxDepth * 6];
        int top = -1;
        foreach (ref readonly var step in steps.AsSpan())
        {
            switch (step.Kind)
            {
                case StepKind.Number:
                    stack[++top] = (step.Number, step.Number);
                    break;
                case StepKind.Input:
                    stack[++top] = (lows[step.Slot], highs[step.Slot]);
                    break;
                case StepKind.Convert:
                    UnitRegistry.TryConvert(step.From, step.To, stack[top].Low, out double one);
                    UnitRegistry.TryConvert(step.From, step.To, stack[top].High, out double other);
                    stack[top] = (Math.Min(one, other), Math.Max(one, other));
                    break;
                case StepKind.One:
                    stack[top] = One(step.Operator, stack[top]);
                    break;
                default:
                    top--;
                    stack[top] = Two(step.Operator, stack[top], stack[top + 1]);
                    break;
            }
            // Beyond all numbers it is not known, and what is made of that may be known again.
            if (!double.IsFinite(stack[top].Low) || !double.IsFinite(stack[top].High))
                return (double.NaN, double.NaN);
        }
        return stack[0];
    }

    private static (double Low, double High) One(FormulaOperator operation, (double Low, double High) value) => operation switch
    {
        FormulaOperator.Negate => (-value.High, -value.Low),
        FormulaOperator.Absolute => value.Low >= 0 ? value : value.High <= 0 ? (-value.High, -value.Low) : (0, Math.Max(-value.Low, value.High)),
        FormulaOperator.Not => (1 - value.High, 1 - value.Low),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static (double Low, double High) Two(FormulaOperator operation, (double Low, double High) left, (double Low, double High) right) => operation switch
    {
        FormulaOperator.And => (left.Low * right.Low, left.High * right.High),
        FormulaOperator.Or => (Math.Max(left.Low, right.Low), Math.Max(left.High, right.High)),
        FormulaOperator.Add => (left.Low + right.Low, left.High + right.High),
        FormulaOperator.Subtract => (left.Low - right.High, left.High - right.Low),
        FormulaOperator.Multiply => Between(left.Low * right.Low, left.Low * right.High, left.High * right.Low, left.High * right.High),
        FormulaOperator.Divide => right is { Low: <= 0, High: >= 0 }
            ? (double.NaN, double.NaN)
            : Between(left.Low / right.Low, left.Low / right.High, left.High / right.Low, left.High / right.High),
        FormulaOperator.Minimum or FormulaOperator.SmallestKnown => (Math.Min(left.Low, right.Low), Math.Min(left.High, right.High)),
        FormulaOperator.Maximum or FormulaOperator.LargestKnown => (Math.Max(left.Low, right.Low), Math.Max(left.High, right.High)),
        FormulaOperator.Less => Truth(left.High < right.Low, left.Low >= right.High),
        FormulaOperator.LessOrEqual => Truth(left.High <= right.Low, left.Low > right.High),
        FormulaOperator.Greater => Truth(left.Low > right.High, left.High <= right.Low),
        FormulaOperator.GreaterOrEqual => Truth(left.Low >= right.High, left.High < right.Low),
        FormulaOperator.Equal => Truth(IsOne(left) && left == right, left.High < right.Low || left.Low > right.High),
        FormulaOperator.NotEqual => Truth(left.High < right.Low || left.Low > right.High, IsOne(left) && left == right),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static bool IsOne((double Low, double High) range) => range.Low == range.High;

    private static (double Low, double High) Truth(bool always, bool never) => (always ? 1 : 0, never ? 0 : 1);

    private static (double Low, double High) Between(double first, double second, double third, double fourth) =>
        (Math.Min(Math.Min(first, second), Math.Min(third, fourth)), Math.Max(Math.Max(first, second), Math.Max(third, fourth)));
}
