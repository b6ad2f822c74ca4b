namespace SensorGrid.Rules.Formulas;

/// <summary>All parts of a formula.</summary>
internal static class FormulaWalk
{
    /// <summary>A part and all below it, in the order in which they are worked out.</summary>
    public static IEnumerable<FormulaNode> Parts(this FormulaNode node)
    {
        FormulaNode?[] below = node switch
        {
            ConvertNode convert => [convert.Operand],
            OperationNode operation => [operation.Left, operation.Right],
            _ => [],
        };
        return below.OfType<FormulaNode>().SelectMany(Parts).Append(node);
    }
}
