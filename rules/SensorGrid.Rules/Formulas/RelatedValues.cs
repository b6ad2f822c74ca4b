namespace SensorGrid.Rules.Formulas;

/// <summary>Writes out a formula that takes the largest or smallest of several datastreams: as many references as there are.</summary>
internal static class RelatedValues
{
    /// <summary>What one of several is called.</summary>
    public static string NameOf(string name, int number) => $"{name}#{number}";

    /// <param name="root">The formula.</param>
    /// <param name="counts">How many datastreams each name stands for.</param>
    public static FormulaNode WriteOut(FormulaNode root, IReadOnlyDictionary<string, int> counts) => counts.Count == 0 ? root : root switch
    {
        OperationNode operation => operation with
        {
            Left = WriteOut(operation.Left, counts),
            Right = operation.Right is null ? null : WriteOut(operation.Right, counts),
        },
        ConvertNode convert => convert with { Operand = WriteOut(convert.Operand, counts) },
        ReferenceNode reference when counts.TryGetValue(reference.Of, out int count) && RelatedName.TryParse(reference.Of, out var related) =>
            All(reference, count, related.Pick == "max" ? FormulaOperator.LargestKnown : FormulaOperator.SmallestKnown),
        _ => root,
    };

    private static FormulaNode All(ReferenceNode reference, int count, FormulaOperator pick)
    {
        FormulaNode all = reference with { Of = NameOf(reference.Of, 0) };
        for (int i = 1; i < count; i++)
            all = new OperationNode(reference.Offset, pick, all, reference with { Of = NameOf(reference.Of, i) });
        return all;
    }
}
