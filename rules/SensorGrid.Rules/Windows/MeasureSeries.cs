using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Windows;

/// <summary>What a value expression was at each moment, over readings that lie in the past: by the very windows that the rules use, without limits,
/// delays and levels. For people who want to see what a rule saw. Pure; bounded as <see cref="WindowRoom"/> says.</summary>
public sealed class MeasureSeries
{
    private readonly IWindow? window;
    private double said = double.NaN;

    /// <param name="expression">What is measured; with what it takes from the catalogue (<see cref="ValueExpression.For"/>).</param>
    public MeasureSeries(ValueExpression expression) => window = WindowFactory.Create(expression);

    /// <summary>Takes a reading that is a value (a number or a boolean, good, suspect or estimated) and newer than all before.</summary>
    /// <param name="timeTicks">When it was observed.</param>
    /// <param name="value">Its value.</param>
    /// <param name="output">Gets the point of each moment before it at which the value changed because a reading left the window, and its own.</param>
    public void Add(long timeTicks, double value, List<MeasurePoint> output)
    {
        // What leaves at this very moment leaves together with the reading coming in, as in the rules.
        Expire(timeTicks - 1, output);
        window?.Add(timeTicks, value);
        Say(timeTicks, window?.Value ?? value, output);
    }

    /// <summary>Time has come this far, and no further reading.</summary>
    /// <param name="timeTicks">Event time.</param>
    /// <param name="output">Gets a point for each moment at which the value changed.</param>
    public void AdvanceTo(long timeTicks, List<MeasurePoint> output) => Expire(timeTicks, output);

    private void Expire(long upTo, List<MeasurePoint> output)
    {
        while (window is not null && window.NextExpiry is var expiry && expiry <= upTo)
        {
            window.ExpireAt(expiry);
            // A dry hour that leaves a sum of rain changes nothing.
            if (!window.Value.Equals(said))
                Say(expiry, window.Value, output);
        }
    }

    private void Say(long at, double value, List<MeasurePoint> output)
    {
        said = value;
        output.Add(new(at, value));
    }
}

/// <summary>The value from a moment on, until the next point.</summary>
/// <param name="TimeTicks">Event time, UTC ticks.</param>
/// <param name="Value">The value; NaN while the readings in the window give none.</param>
public readonly record struct MeasurePoint(long TimeTicks, double Value);
