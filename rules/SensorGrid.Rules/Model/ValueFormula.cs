using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Formulas;

namespace SensorGrid.Rules.Model;

/// <summary>What a threshold rule compares with its limits when one function over a window is not enough: <c>max(1h) - min(1h)</c>,
/// <c>last &gt; 3 m and rate(30min) &gt; 0.2 m/h</c>.</summary>
public sealed class ValueFormula
{
    internal ValueFormula(string text, FormulaNode root, SourcePosition position) => (Text, Root, Position) = (text, root, position);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>Where its first character stands.</summary>
    public SourcePosition Position { get; }

    /// <summary>True when any function in it does what <see cref="ValueExpression.LooksBefore"/> says.</summary>
    public bool LooksBefore => Root.Parts().Any(part => part is CallNode { Call.LooksBefore: true } or ReferenceNode { Call.LooksBefore: true });

    internal FormulaNode Root { get; }

    internal SourcePosition PositionOf(int offset) => Position with { Column = Position.Column + offset };
}
