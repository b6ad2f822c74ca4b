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
        var begin = BeginOf(node);
        var (root, problems) = FormulaParser.Parse(text);
        if (root is CallNode call)
            return (call.Call, null);
        var formula = root is null ? null : new ValueFormula(text, root, begin);
        if (root is not null && !root.Parts().Any(part => part is CallNode or ReferenceNode))
            problems = [new(0, "this value never looks at a reading; use last, or a function like avg(10min)")];
        else if (root is not null && unit is not null && !root.Parts().Any(part => part is ReferenceNode))
            problems = FormulaProgram.Compile(root, unit).Problems;
        foreach (var problem in problems)
            messages.Add((begin with { Column = begin.Column + problem.Offset }).Error(problem.Text));
        return (ValueExpression.Last, formula);
    }

    /// <summary>Where the text of a scalar begins: behind its quote, if there is one.</summary>
    public static SourcePosition BeginOf(ScalarNode node) => SourcePosition.Of(node) with { Column = node.Column + (node.Quoted ? 1 : 0) };
}
