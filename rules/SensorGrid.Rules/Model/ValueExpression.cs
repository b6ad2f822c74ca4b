using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Model;

/// <summary>What a threshold rule compares with its limits: a function over a window of event time.</summary>
/// <param name="Function">Which function.</param>
/// <param name="WindowTicks">Length w of the window (t-w, t], or of the hour or day; 0 for <see cref="ValueFunction.Last"/>.</param>
/// <param name="PerTicks">Of a <see cref="ValueFunction.Rate"/>: the time one unit of change is counted for (an hour unless given). Of a
/// <see cref="ValueFunction.Coverage"/>: the interval at which readings are expected; 0 for that of the catalogue.</param>
public readonly record struct ValueExpression(ValueFunction Function, long WindowTicks = 0, long PerTicks = 0)
{
    /// <summary>The newest value itself.</summary>
    public static ValueExpression Last => new(ValueFunction.Last);

    /// <summary>Of a <see cref="ValueFunction.Quantile"/>: which, from 0 to 1. Of an <see cref="ValueFunction.Increase"/>: the value at which the counter
    /// begins again; 0 for that of the catalogue.</summary>
    public double Argument { get; init; }

    /// <summary>Whether the window slides or is an hour or a day.</summary>
    public WindowKind Window { get; init; }

    /// <summary>Of an hour or day: its boundary in UTC, after midnight.</summary>
    public long AnchorTicks { get; init; }

    /// <summary>Most readings its window holds where that is more than <see cref="SlidingWindow.MaxReadings"/>; otherwise 0.</summary>
    public int MostReadings { get; init; }

    /// <summary>How far back from a time the readings lie that its value then is made of, but for the one of <see cref="LooksBefore"/>.</summary>
    public long ReachTicks => Window == WindowKind.PreviousAligned ? 2 * WindowTicks : WindowTicks;

    /// <summary>Where the window of the value at a time begins: readings at or before it do not count, but for the one of <see cref="LooksBefore"/>.</summary>
    /// <param name="atTicks">The time.</param>
    public long WindowStartTicks(long atTicks)
    {
        if (WindowTicks == 0)
            return atTicks;
        long start = new WindowSpan(this).StartAt(atTicks);
        return Window == WindowKind.PreviousAligned ? start - WindowTicks : start;
    }

    /// <summary>True when the newest reading before its window counts too: a change is measured from it.</summary>
    public bool LooksBefore => IsChange || Function is ValueFunction.Increase or ValueFunction.Coverage;

    /// <summary>The same with what it leaves to the catalogue, as far as that says it.</summary>
    /// <param name="datastream">Whose readings it is for.</param>
    public ValueExpression For(DatastreamDefinition datastream)
    {
        ArgumentNullException.ThrowIfNull(datastream);
        var known = Function switch
        {
            ValueFunction.Coverage when PerTicks == 0 => this with { PerTicks = datastream.ExpectedInterval?.Ticks ?? 0 },
            ValueFunction.Increase when Argument == 0 => this with { Argument = datastream.WrapsAt ?? 0 },
            _ => this,
        };
        return known with { MostReadings = WindowRoom.Of(known, datastream.ExpectedInterval) };
    }

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

    /// <summary>How much a counter has gone up over the window, past its end and from its beginning too.</summary>
    Increase = 8,

    /// <summary>Standard deviation of the values in the window (n − 1); fewer than two have none.</summary>
    StandardDeviation = 9,

    /// <summary>The value below which a share of those in the window lies; an empty window has none.</summary>
    Quantile = 10,

    /// <summary>The share of the window that has data, 0 to 1.</summary>
    Coverage = 11,
}
