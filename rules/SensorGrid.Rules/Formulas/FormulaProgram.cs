using System.Diagnostics;
using SensorGrid.Readings.Units;

namespace SensorGrid.Rules.Formulas;

/// <summary>A formula made ready for readings of one unit: steps over a small stack, in the order they are to be done. Immutable, shared by all
/// datastreams of a rule, and it allocates nothing.</summary>
/// <remarks>NaN stands for "not known" (a window without values, a division by 0). Whatever is made from it is not known either; only
/// <c>and</c> and <c>or</c> are known as soon as one side decides.</remarks>
internal sealed partial class FormulaProgram
{
    private readonly Step[] steps;

    private FormulaProgram(Step[] steps, IReadOnlyList<FormulaInput> inputs, string unit) => (this.steps, Inputs, Unit) = (steps, inputs, unit);

    /// <summary>What must be known, each once; shared by the programs that were compiled with the same list.</summary>
    public IReadOnlyList<FormulaInput> Inputs { get; }

    /// <summary>Unit of the result; empty for a plain number and for true or false (1 or 0).</summary>
    public string Unit { get; }

    /// <param name="root">The formula.</param>
    /// <param name="unit">Unit of the readings; empty for none.</param>
    /// <param name="unitOfOther">Unit of another datastream by the name that the formula gives it; needed when it names any.</param>
    /// <param name="shared">Gets what must be known, when several programs work on the same values.</param>
    /// <returns>The program, or null and all that does not fit together.</returns>
    public static (FormulaProgram? Program, IReadOnlyList<FormulaProblem> Problems) Compile(
        FormulaNode root, string unit, Func<string, string>? unitOfOther = null, List<FormulaInput>? shared = null)
    {
        var units = new FormulaUnits(root, unit, unitOfOther);
        if (units.Problems.Count > 0)
            return (null, units.Problems);
        var steps = new List<Step>();
        var inputs = shared ?? [];
        Append(root);
        string result = units.Of(root)!;
        return (new([.. steps], inputs, result == FormulaUnits.Truth ? "" : result), []);

        void Append(FormulaNode node)
        {
            switch (node)
            {
                case NumberNode number:
                    steps.Add(new() { Kind = StepKind.Number, Number = number.Number });
                    break;
                case CallNode call:
                    Know(new(call.Call));
                    break;
                case ReferenceNode other:
                    Know(new(other.Call, other.Of, other.WithinTicks));
                    break;
                case LimitNode limit:
                    Know(new(default, Limit: limit.Level));
                    break;
                case ConvertNode convert:
                    Append(convert.Operand);
                    steps.Add(new() { Kind = StepKind.Convert, From = UnitRegistry.IdOf(units.Of(convert.Operand)), To = UnitRegistry.IdOf(convert.Unit) });
                    break;
                case OperationNode operation:
                    Append(operation.Left);
                    if (operation.Right is { } right)
                        Append(right);
                    steps.Add(new() { Kind = operation.Right is null ? StepKind.One : StepKind.Two, Operator = operation.Operator });
                    break;
            }
        }

        void Know(FormulaInput input)
        {
            int slot = inputs.IndexOf(input);
            if (slot < 0)
            {
                slot = inputs.Count;
                inputs.Add(input);
            }
            steps.Add(new() { Kind = StepKind.Input, Slot = slot });
        }
    }

    /// <summary>Works it out.</summary>
    /// <param name="values">Values of <see cref="Inputs"/>; NaN for one that is not known.</param>
    /// <returns>NaN when it is not known.</returns>
    public double Run(ReadOnlySpan<double> values)
    {
        // Each level of nesting has at most one waiting operand for each of the six precedences.
        Span<double> stack = stackalloc double[FormulaParser.MaxDepth * 6];
        int top = -1;
        foreach (ref readonly var step in steps.AsSpan())
        {
            switch (step.Kind)
            {
                case StepKind.Number:
                    stack[++top] = step.Number;
                    break;
                case StepKind.Input:
                    stack[++top] = values[step.Slot];
                    break;
                case StepKind.Convert:
                    UnitRegistry.TryConvert(step.From, step.To, stack[top], out stack[top]);
                    break;
                case StepKind.One:
                    stack[top] = One(step.Operator, stack[top]);
                    break;
                default:
                    top--;
                    stack[top] = Two(step.Operator, stack[top], stack[top + 1]);
                    break;
            }
        }
        return double.IsFinite(stack[0]) ? stack[0] : double.NaN;
    }

    private static double One(FormulaOperator operation, double value) => operation switch
    {
        FormulaOperator.Negate => -value,
        FormulaOperator.Absolute => Math.Abs(value),
        FormulaOperator.Not => 1 - value,
        _ => throw new UnreachableException(),
    };

    private static double Two(FormulaOperator operation, double left, double right) => operation switch
    {
        FormulaOperator.And => left == 0 || right == 0 ? 0 : left * right,
        FormulaOperator.Or => left == 1 || right == 1 ? 1 : left + right,
        FormulaOperator.Add => left + right,
        FormulaOperator.Subtract => left - right,
        FormulaOperator.Multiply => left * right,
        FormulaOperator.Divide => left / right,
        FormulaOperator.Minimum => Math.Min(left, right),
        FormulaOperator.Maximum => Math.Max(left, right),
        FormulaOperator.LargestKnown => double.IsNaN(left) ? right : double.IsNaN(right) ? left : Math.Max(left, right),
        FormulaOperator.SmallestKnown => double.IsNaN(left) ? right : double.IsNaN(right) ? left : Math.Min(left, right),
        _ when double.IsNaN(left) || double.IsNaN(right) => double.NaN,
        FormulaOperator.Less => left < right ? 1 : 0,
        FormulaOperator.LessOrEqual => left <= right ? 1 : 0,
        FormulaOperator.Greater => left > right ? 1 : 0,
        FormulaOperator.GreaterOrEqual => left >= right ? 1 : 0,
        FormulaOperator.Equal => left == right ? 1 : 0,
        FormulaOperator.NotEqual => left != right ? 1 : 0,
        _ => throw new UnreachableException(),
    };

    private enum StepKind : byte
    {
        Number,
        Input,
        Convert,
        One,
        Two,
    }

    private readonly struct Step
    {
        public StepKind Kind { get; init; }

        public FormulaOperator Operator { get; init; }

        public byte From { get; init; }

        public byte To { get; init; }

        public int Slot { get; init; }

        public double Number { get; init; }
    }
}
