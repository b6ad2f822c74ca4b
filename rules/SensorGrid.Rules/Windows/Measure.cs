using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>What a rule compares with its limits when that is more than the newest value: one window, or several with a formula over them.</summary>
internal sealed class Measure
{
    private readonly FormulaProgram? formula;
    private readonly ValueExpression[] calls;
    // Null where the newest value itself is meant.
    private readonly IWindow?[] windows;
    private readonly double[] values;

    private Measure(ValueExpression[] calls, FormulaProgram? formula)
    {
        (this.calls, this.formula) = (calls, formula);
        windows = [.. calls.Select(WindowFactory.Create)];
        values = new double[calls.Length];
    }

    /// <param name="calls">What must be known of the readings: of the formula, or the one that is compared itself.</param>
    /// <param name="formula">The formula, or null.</param>
    /// <returns>Null when the newest value is all.</returns>
    public static Measure? Of(ValueExpression[] calls, FormulaProgram? formula) =>
        formula is null && calls[0].Function == ValueFunction.Last ? null : new(calls, formula);

    /// <summary>Event time at which the value changes with no new reading; <see cref="long.MaxValue"/> when it never does.</summary>
    public long NextExpiry
    {
        get
        {
            long next = long.MaxValue;
            foreach (var window in windows)
                next = Math.Min(next, window?.NextExpiry ?? long.MaxValue);
            return next;
        }
    }

    /// <summary>The value, or NaN when it is not known.</summary>
    public double ValueWith(double last)
    {
        if (formula is null)
            return windows[0]!.Value;
        for (int i = 0; i < windows.Length; i++)
            values[i] = windows[i] is { } window ? window.Value : last;
        return formula.Run(values);
    }

    /// <summary>Takes a reading newer than all before.</summary>
    /// <returns>False when the oldest reading of a window had to leave early.</returns>
    public bool Add(long time, double value)
    {
        bool room = true;
        foreach (var window in windows)
            room &= window is null || window.Add(time, value);
        return room;
    }

    public void ExpireAt(long time)
    {
        foreach (var window in windows)
            window?.ExpireAt(time);
    }

    public void ForgetFrom(long time)
    {
        foreach (var window in windows)
            window?.ForgetFrom(time);
    }

    /// <summary>Takes over what the windows of an earlier measure hold, when they are the same.</summary>
    public void Adopt(Measure? before)
    {
        if (before is null || !before.calls.AsSpan().SequenceEqual(calls))
            return;
        // The rule of before is no more, so its windows need no copy.
        before.windows.CopyTo(windows, 0);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        foreach (var window in windows)
        {
            if (window is null)
                writer.Int32(0);
            else
                window.WriteTo(writer);
        }
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        foreach (var window in windows)
        {
            if (window is null)
                reader.Int32();
            else
                window.ReadFrom(ref reader);
        }
    }
}
