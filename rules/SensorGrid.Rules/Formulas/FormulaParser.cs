using System.Globalization;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Formulas;

/// <summary>Reads formulas; each method is one line of the grammar, lowest precedence first:
/// <code>
/// either  = both { "or" both }
/// both    = negated { "and" negated }
/// negated = "not" negated | compared
/// compared= sum [ ("&lt;" | "&lt;=" | "&gt;" | "&gt;=" | "==" | "!=") sum ]
/// sum     = product { ("+" | "-") product }
/// product = signed { ("*" | "/") signed }
/// signed  = "-" signed | value
/// value   = number [unit] | call [ "of" other [ "within" duration ] ] | "limit" "(" level ")" | "(" either ")"
/// call    = "last" | function "(" window [ "," argument ] ")"
///         | ("min" | "max") "(" either "," either { "," either } ")" | "abs" "(" either ")" | "convert" "(" either "," unit ")"
/// </code>
/// Names, windows and units that are wrong are all found in one go; after a mistake of form the rest cannot be trusted and is not read.</summary>
internal sealed partial class FormulaParser
{
    /// <summary>Longest formula, in characters. Longer is not a formula any more that a person can check.</summary>
    public const int MaxLength = 500;

    /// <summary>Deepest nesting: bounds the stacks of reader and program.</summary>
    public const int MaxDepth = 24;

    private static readonly string[] Words = [.. ValueFunctions.Names, "last", "abs", "convert", "limit", "and", "or", "not"];

    private static readonly (string Sign, FormulaOperator Operator)[] Comparisons =
    [
        ("<=", FormulaOperator.LessOrEqual), (">=", FormulaOperator.GreaterOrEqual), ("==", FormulaOperator.Equal),
        ("!=", FormulaOperator.NotEqual), ("<", FormulaOperator.Less), (">", FormulaOperator.Greater),
    ];

    private readonly string text;
    private readonly List<FormulaProblem> problems = [];
    private int at;
    private int depth;

    private FormulaParser(string text) => this.text = text;

    /// <returns>The formula, or null and all that is wrong with it.</returns>
    public static (FormulaNode? Root, IReadOnlyList<FormulaProblem> Problems) Parse(string text)
    {
        if (text.Length > MaxLength)
            return (null, [new(0, $"a value of {text.Length} characters is too long; at most {MaxLength}")]);
        var parser = new FormulaParser(text);
        FormulaNode? root = null;
        try
        {
            root = parser.Either();
            parser.ExpectEnd();
        }
        catch (FormException form)
        {
            parser.problems.Add(form.Problem);
        }
        return (parser.problems.Count == 0 ? root : null, parser.problems);
    }

    private FormulaNode Either()
    {
        if (++depth > MaxDepth)
            throw Broken($"nested more than {MaxDepth} deep");
        var left = Both();
        while (TakeWord("or") is { } offset)
            left = new OperationNode(offset, FormulaOperator.Or, left, Both());
        depth--;
        return left;
    }

    private FormulaNode Both()
    {
        var left = Negated();
        while (TakeWord("and") is { } offset)
            left = new OperationNode(offset, FormulaOperator.And, left, Negated());
        return left;
    }

    private FormulaNode Negated()
    {
        if (TakeWord("not") is not { } offset)
            return Compared();
        return new OperationNode(offset, FormulaOperator.Not, Nested(Negated));
    }

    private FormulaNode Compared()
    {
        var left = Sum();
        if (TakeComparison() is not { } first)
            return left;
        var compared = new OperationNode(first.Offset, first.Operator, left, Sum());
        if (TakeComparison() is { } second)
            throw new FormException(new(second.Offset, "two comparisons in a row; write 'a < b and b < c'"));
        return compared;
    }

    private FormulaNode Sum()
    {
        var left = Product();
        while (TakeSign('+', '-') is { } taken)
            left = new OperationNode(taken.Offset, taken.Sign == '+' ? FormulaOperator.Add : FormulaOperator.Subtract, left, Product());
        return left;
    }

    private FormulaNode Product()
    {
        var left = Signed();
        while (TakeSign('*', '/') is { } taken)
            left = new OperationNode(taken.Offset, taken.Sign == '*' ? FormulaOperator.Multiply : FormulaOperator.Divide, left, Signed());
        return left;
    }

    private FormulaNode Signed() =>
        TakeSign('-', '-') is { } minus ? new OperationNode(minus.Offset, FormulaOperator.Negate, Nested(Signed)) : Value();

    private FormulaNode Value()
    {
        SkipSpaces();
        int start = at;
        if (at == text.Length)
            throw Broken("something is missing at the end: a number, last, or a function like avg(10min)");
        if (TakeSign('(', '(') is not null)
        {
            var inner = Either();
            Expect(')');
            return inner;
        }
        if (char.IsAsciiDigit(text[at]) || text[at] == '.')
            return Number();
        string name = TakeName();
        return name switch
        {
            "" => throw Broken($"'{text[at]}' cannot stand here; a number, last, or a function like avg(10min) can"),
            "last" => Referenced(new(start, ValueExpression.Last)),
            "limit" => Limit(start),
            "abs" => Absolute(start),
            "convert" => Convert(start),
            _ => Function(start, name),
        };
    }

    private OperationNode Absolute(int start)
    {
        Expect('(');
        var operand = Either();
        Expect(')');
        return new(start, FormulaOperator.Absolute, operand);
    }

    private ConvertNode Convert(int start)
    {
        Expect('(');
        var operand = Either();
        Expect(',');
        SkipSpaces();
        int unitAt = at;
        string unit = TakeRaw();
        CheckUnit(unitAt, unit);
        Expect(')');
        return new(start, operand, unit);
    }

    private FormulaNode Function(int start, string name)
    {
        if (!ValueFunctions.TryFind(name, out var function))
        {
            problems.Add(new(start, $"'{name}' is not a function{DidYouMean.Hint(name, Words)}; see value-expressions.md for all"));
            SkipArguments();
            Referenced(new(start, ValueExpression.Last));
            return new NumberNode(start, double.NaN, null);
        }
        SkipSpaces();
        if (at == text.Length || text[at] != '(')
            throw Broken($"'{name}' needs a window in brackets, as {name}(10min)");
        return name is "min" or "max" && !HasOnlyAWindow() ? Extreme(start, name) : Referenced(Window(start, name, function));
    }

    private FormulaNode Extreme(int start, string name)
    {
        Expect('(');
        var values = Either();
        int count = 1;
        for (; TakeSign(',', ',') is not null; count++)
            values = new OperationNode(start, name == "min" ? FormulaOperator.Minimum : FormulaOperator.Maximum, values, Either());
        if (count == 1)
            problems.Add(new(start, $"'{name}' takes a window, {name}(1h), or several values, {name}(last, 3 m)"));
        Expect(')');
        return values;
    }

    private NumberNode Number()
    {
        int start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            at++;
        string digits = text[start..at];
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            problems.Add(new(start, $"'{digits}' is not a number"));
        return new(start, number, TakeUnit());
    }

    // 3 m, 0.5 m/h, 20 %RH. A slash and what follows belong to the unit only when together they are one: 3 m/2 divides.
    private string? TakeUnit()
    {
        SkipSpaces();
        int start = at, end = at;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '%' or '/' or '°'))
            end++;
        string run = text[start..end];
        if (run.Length == 0 || run[0] == '/' || Array.IndexOf(["and", "or", "of", "within"], run) >= 0)
            return null;
        for (int length = run.Length; length > 0; length = run.LastIndexOf('/', length - 1))
        {
            if (!FormulaUnits.IsUnit(run[..length]))
                continue;
            at = start + length;
            return run[..length];
        }
        int slash = run.IndexOf('/', StringComparison.Ordinal);
        string unit = slash < 0 ? run : run[..slash];
        CheckUnit(start, unit);
        at = start + unit.Length;
        return unit;
    }

    private void CheckUnit(int start, string unit)
    {
        if (!FormulaUnits.IsUnit(unit))
            problems.Add(new(start, $"'{unit}' is not a unit of SenML{DidYouMean.Hint(unit, UnitRegistry.Names)}"));
    }

    private bool HasOnlyAWindow()
    {
        int end = text.IndexOfAny([',', ')'], at + 1);
        return end >= 0 && text[end] == ')' && WindowText.TryParse(text[(at + 1)..end].Trim(), out _);
    }

    private FormulaNode Nested(Func<FormulaNode> read)
    {
        if (++depth > MaxDepth)
            throw Broken($"nested more than {MaxDepth} deep");
        var node = read();
        depth--;
        return node;
    }

    private (int Offset, FormulaOperator Operator)? TakeComparison()
    {
        SkipSpaces();
        foreach (var (sign, comparison) in Comparisons)
        {
            if (!text.AsSpan(at).StartsWith(sign, StringComparison.Ordinal))
                continue;
            at += sign.Length;
            return (at - sign.Length, comparison);
        }
        return null;
    }

    private (int Offset, char Sign)? TakeSign(char one, char other)
    {
        SkipSpaces();
        if (at == text.Length || (text[at] != one && text[at] != other))
            return null;
        return (at, text[at++]);
    }

    private int? TakeWord(string word)
    {
        SkipSpaces();
        int start = at;
        if (TakeName() == word)
            return start;
        at = start;
        return null;
    }

    private string TakeName()
    {
        int start = at;
        while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
            at++;
        return text[start..at];
    }

    // Up to the comma or the bracket.
    private string TakeRaw()
    {
        int end = text.AsSpan(at).IndexOfAny(',', ')');
        string raw = end < 0 ? text[at..] : text[at..(at + end)];
        at += raw.Length;
        return raw.TrimEnd();
    }

    private void SkipArguments()
    {
        SkipSpaces();
        if (at == text.Length || text[at] != '(')
            return;
        int open = 0;
        do
        {
            open += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
            at++;
        }
        while (open > 0 && at < text.Length);
    }

    private void Expect(char sign)
    {
        if (TakeSign(sign, sign) is null)
            throw Broken(at == text.Length ? $"'{sign}' is missing at the end" : $"'{sign}' is missing before '{text[at]}'");
    }

    private void ExpectEnd()
    {
        SkipSpaces();
        if (at < text.Length)
            throw Broken($"'{text[at..]}' is left over; an operator is missing before it, or a bracket");
    }

    private void SkipSpaces()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
    }

    private FormException Broken(string problem) => new(new(at, problem));

    private sealed class FormException(FormulaProblem problem) : Exception(problem.Text)
    {
        public FormulaProblem Problem { get; } = problem;
    }
}
