using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads the <c>value</c> of a threshold rule: one function, or a formula. Each mistake is told at the character where it stands.</summary>
internal static class ValueReader
{
    public static (ValueExpression Value, ValueFormula? Formula) Read(MappingFields fields, string? unit, SourceMessages messages)
    {
        if (fields.Text("value") is not { } text || fields.Find("value") is not ScalarNode node)
            return (ValueExpression.Last, null);
        // Behind the quote, if there is one.
        var begin = SourcePosition.Of(node) with { Column = node.Column + (node.Quoted ? 1 : 0) };
        var (root, problems) = FormulaParser.Parse(text);
        if (root is CallNode call)
            return (call.Call, null);
        var formula = root is null ? null : new ValueFormula(text, root, begin);
        if (root is not null && !HasCall(root))
            problems = [new(0, "this value never looks at a reading; use last, or a function like avg(10min)")];
        else if (root is not null && unit is not null)
            problems = FormulaProgram.Compile(root, unit).Problems;
        foreach (var problem in problems)
            messages.Add((begin with { Column = begin.Column + problem.Offset }).Error(problem.Text));
        return (ValueExpression.Last, formula);
    }

    private static bool HasCall(FormulaNode node) => node switch
    {
        CallNode => true,
        ConvertNode convert => HasCall(convert.Operand),
        OperationNode operation => HasCall(operation.Left) || (operation.Right is { } right && HasCall(right)),
        _ => false,
    };
}
