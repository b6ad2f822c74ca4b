using SensorGrid.Readings.Time;
using SensorGrid.Readings.Units;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Formulas;

/// <summary>Works out the unit of every part of a formula. Nothing is converted unless the formula says so:
/// <code>
/// + − min max, comparisons │ both sides in one unit          │ a number without unit is a plain number, not "whatever fits"
/// *                        │ one side a plain number         │ unit of the other
/// /                        │ by a plain number, or one unit  │ unit of the left, or a plain number
/// convert(x, unit)         │ both measure the same thing     │ that unit
/// and or not               │ comparisons                     │ true or false
/// </code></summary>
internal sealed class FormulaUnits
{
    /// <summary>"Unit" of what is true or false.</summary>
    public const string Truth = "true or false";

    private const string Plain = "";

    private readonly string unitOfLast;
    private readonly Func<string, string>? unitOfOther;
    private readonly List<FormulaProblem> problems = [];
    private readonly Dictionary<FormulaNode, string?> units = new(ReferenceEqualityComparer.Instance);

    /// <param name="root">The formula.</param>
    /// <param name="unit">Unit of the readings; empty for none.</param>
    /// <param name="unitOfOther">Unit of another datastream by the name that the formula gives it.</param>
    public FormulaUnits(FormulaNode root, string unit, Func<string, string>? unitOfOther = null)
    {
        unitOfLast = unit;
        this.unitOfOther = unitOfOther;
        Find(root);
    }

    /// <summary>All that does not fit together.</summary>
    public IReadOnlyList<FormulaProblem> Problems => problems;

    /// <summary>Unit of a part; null where something is wrong with it.</summary>
    public string? Of(FormulaNode node) => units[node];

    /// <summary>A unit of SenML, or one of them by a unit of time, as rates have.</summary>
    public static bool IsUnit(string name)
    {
        if (IsRegistered(name))
            return true;
        int slash = name.LastIndexOf('/');
        return slash > 0 && IsRegistered(name[..slash]) && name[(slash + 1)..] is "s" or "min" or "h" or "d";
    }

    /// <summary>Unit of a call on readings in a unit. A rate is not in the unit of the readings; people must see what it is counted in.</summary>
    public static string Of(ValueExpression call, string unit) => call.Function switch
    {
        ValueFunction.Rate => $"{(unit.Length == 0 ? "1" : unit)}/{DurationText.Format(TimeSpan.FromTicks(call.PerTicks)).TrimStart('1')}",
        ValueFunction.Count or ValueFunction.Coverage => Plain,
        _ => unit,
    };

    private static bool IsRegistered(string name) => UnitRegistry.IdOf(name) is not (UnitRegistry.None or UnitRegistry.Unknown);

    /// <summary>A unit as messages say it.</summary>
    public static string Say(string unit) => unit.Length == 0 ? "a plain number" : unit == Truth ? Truth : $"in '{unit}'";

    private string? Find(FormulaNode node)
    {
        string? unit = node switch
        {
            NumberNode number => number.Unit ?? Plain,
            CallNode call => Of(call.Call, unitOfLast),
            ReferenceNode other => Of(other.Call, unitOfOther!(other.Of)),
            LimitNode => unitOfLast,
            ConvertNode convert => Convert(convert),
            OperationNode { Right: null } one => OfOne(one, Find(one.Left)),
            OperationNode two => OfTwo(two, Find(two.Left), Find(two.Right!)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        units[node] = unit;
        return unit;
    }

    private string? Convert(ConvertNode node)
    {
        if (Find(node.Operand) is not { } from)
            return null;
        if (!UnitRegistry.TryConvert(UnitRegistry.IdOf(from), UnitRegistry.IdOf(node.Unit), 1, out _))
            return Wrong(node, $"{Say(from)} cannot be converted to '{node.Unit}'");
        return node.Unit;
    }

    private string? OfOne(OperationNode node, string? unit)
    {
        if (unit is null)
            return null;
        bool needsTruth = node.Operator == FormulaOperator.Not;
        if (needsTruth == (unit == Truth))
            return unit;
        return Wrong(node, needsTruth ? $"'not' needs a comparison; this is {Say(unit)}" : "true or false cannot be calculated with");
    }

    private string? OfTwo(OperationNode node, string? left, string? right)
    {
        if (left is null || right is null)
            return null;
        switch (node.Operator)
        {
            case FormulaOperator.And or FormulaOperator.Or:
                string word = node.Operator == FormulaOperator.And ? "and" : "or";
                return left == Truth && right == Truth ? Truth : Wrong(node, $"'{word}' joins comparisons; this is {Say(left == Truth ? right : left)}");
            case var _ when left == Truth || right == Truth:
                return Wrong(node, "true or false cannot be calculated with or compared");
            case FormulaOperator.Multiply:
                return left == Plain ? right : right == Plain ? left : Wrong(node, $"'{left}' times '{right}' has no unit; one of both must be a plain number");
            case FormulaOperator.Divide:
                return right == Plain ? left : left == right ? Plain
                    : Wrong(node, $"{Say(left)} by '{right}' has no unit; divide by a plain number or by the same unit");
        }
        if (left != right)
            return Wrong(node, $"one side is {Say(left)}, the other {Say(right)}{Hint(left, right)}");
        return node.Operator is >= FormulaOperator.Less and <= FormulaOperator.NotEqual ? Truth : left;
    }

    private static string Hint(string left, string right) =>
        left == Plain || right == Plain ? $"; write the unit behind the number, as 3 {left}{right}"
        : UnitRegistry.TryConvert(UnitRegistry.IdOf(right), UnitRegistry.IdOf(left), 1, out _) ? $"; write convert(…, {left})"
        : "";

    private string? Wrong(FormulaNode node, string text)
    {
        problems.Add(new(node.Offset, text));
        return null;
    }
}
