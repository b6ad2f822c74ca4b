using SensorGrid.Rules.Files;

namespace SensorGrid.Rules.Model;

/// <summary>What a threshold rule compares with its limits: a function over a sliding window of event time.</summary>
/// <param name="Function">Which function.</param>
/// <param name="WindowTicks">Length w of the window (t-w, t]; 0 for <see cref="ValueFunction.Last"/>.</param>
/// <param name="PerTicks">Only <see cref="ValueFunction.Rate"/>: the time one unit of change is counted for (an hour unless given).</param>
public readonly record struct ValueExpression(ValueFunction Function, long WindowTicks = 0, long PerTicks = 0)
{
    /// <summary>The newest value itself.</summary>
    public static ValueExpression Last => new(ValueFunction.Last);

    /// <summary>True for a change over the window that ends with the newest value: it is measured from the newest reading at or before the window's
    /// start, and time alone does not move it.</summary>
    public bool IsChange => Function is ValueFunction.Rate or ValueFunction.Delta;

    /// <summary>Reads an expression as rule files write it: <c>last</c>, <c>sum(3h)</c>, <c>rate(60s, 1min)</c>.</summary>
    /// <returns>False when it is not one.</returns>
    public static bool TryParse(string text, out ValueExpression expression)
    {
        ArgumentNullException.ThrowIfNull(text);
        var read = ValueExpressionText.Parse(text);
        expression = read ?? default;
        return read is not null;
    }

    /// <summary>The shortest text that <see cref="TryParse"/> reads as this expression.</summary>
    public override string ToString() => ValueExpressionText.Format(this);
}

/// <summary>Functions of a <see cref="ValueExpression"/>.</summary>
public enum ValueFunction : byte
{
    /// <summary>The newest value; holds until the next one.</summary>
    Last = 0,

    /// <summary>Sum of the values in the window; an empty window is 0.</summary>
    Sum = 1,

    /// <summary>Arithmetic mean of the values in the window; an empty window has none.</summary>
    Average = 2,

    /// <summary>Smallest value in the window.</summary>
    Minimum = 3,

    /// <summary>Largest value in the window.</summary>
    Maximum = 4,

    /// <summary>Change over the window that ends with the newest value, per hour or per the time given.</summary>
    Rate = 5,

    /// <summary>How many values are in the window; an empty window has 0.</summary>
    Count = 6,

    /// <summary>Change over the window that ends with the newest value.</summary>
    Delta = 7,
}
