using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Formulas;

/// <summary>A part of a formula as written, and where in the text it begins.</summary>
internal abstract record FormulaNode(int Offset);

/// <summary>A number, with its unit or null.</summary>
internal sealed record NumberNode(int Offset, double Number, string? Unit) : FormulaNode(Offset);

/// <summary>The newest value, or a function over a window.</summary>
internal sealed record CallNode(int Offset, ValueExpression Call) : FormulaNode(Offset);

/// <summary>The newest value of another datastream, or a function over a window of it.</summary>
internal sealed record ReferenceNode(int Offset, ValueExpression Call, string Of, long WithinTicks) : FormulaNode(Offset);

/// <summary>The limit of a level that the catalogue gives the datastream.</summary>
internal sealed record LimitNode(int Offset, Level Level) : FormulaNode(Offset);

/// <summary>A value in another unit.</summary>
internal sealed record ConvertNode(int Offset, FormulaNode Operand, string Unit) : FormulaNode(Offset);

/// <summary>One value made of one or two; those of one have no right side.</summary>
internal sealed record OperationNode(int Offset, FormulaOperator Operator, FormulaNode Left, FormulaNode? Right = null) : FormulaNode(Offset);

/// <summary>What becomes of the operands.</summary>
internal enum FormulaOperator : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
    Minimum,
    Maximum,
    Negate,
    Not,
    Absolute,

    /// <summary>The larger of those that are known.</summary>
    LargestKnown,

    /// <summary>The smaller of those that are known.</summary>
    SmallestKnown,
}

/// <summary>Something wrong with a formula, and where in its text.</summary>
internal readonly record struct FormulaProblem(int Offset, string Text);
