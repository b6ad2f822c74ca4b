using SensorGrid.Readings;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>What a rule compares with its limits when that is more than the newest value, and limits that are worked out: windows over the readings of the
/// datastream and of others, and the formulas over them.</summary>
internal sealed partial class Measure
{
    private static readonly MeasureInput Newest = new(ValueExpression.Last);

    private readonly MeasurePlan plan;
    // Of each input one at most: null in both where the newest value itself or a limit is meant.
    private readonly IWindow?[] windows;
    private readonly ReferencedInput?[] others;
    private readonly double[] values;

    private Measure(MeasurePlan plan)
    {
        this.plan = plan;
        // Of these there are millions: no more is made than is kept.
        windows = new IWindow?[plan.Inputs.Length];
        for (int i = 0; i < windows.Length; i++)
            windows[i] = plan.Inputs[i] is { Of: null, Schedule: null } input ? WindowFactory.Create(input.Call) : null;
        others = plan.HasOthers ? [.. plan.Inputs.Select(input => input.Of is null ? null : new ReferencedInput(input))] : [];
        values = new double[plan.Inputs.Length];
    }

    /// <returns>Null when the newest value is all.</returns>
    public static Measure? Of(MeasurePlan plan) =>
        plan.Value is null && plan.Limits is null && plan.Inputs[0] == Newest ? null : new(plan);

    /// <summary>What it works out.</summary>
    public MeasurePlan Plan => plan;

    /// <summary>The function, when it is one over the datastream itself and nothing else.</summary>
    public ValueExpression? OnlyCall => plan.Value is null && plan.Limits is null && plan.Inputs is [{ Of: null } input] ? input.Call : null;

    /// <summary>The other datastreams whose readings it needs, each for one input.</summary>
    public IEnumerable<DatastreamKey> Others => plan.Inputs.Select(input => input.Of).OfType<DatastreamKey>();

    /// <summary>True when it needs readings of other datastreams.</summary>
    public bool LooksAtOthers => others.Length > 0;

    /// <summary>True when the value is worked out by a formula.</summary>
    public bool IsFormula => plan.Value is not null;

    /// <summary>True when limits are worked out too.</summary>
    public bool HasLimits => plan.Limits is not null;

    /// <summary>Event time after this one at which what it works out changes with no new reading; <see cref="long.MaxValue"/> when it never does.</summary>
    public long NextChange(long now)
    {
        long next = long.MaxValue;
        foreach (var window in windows)
            next = Math.Min(next, window?.NextExpiry ?? long.MaxValue);
        foreach (var other in others)
            next = Math.Min(next, other?.NextChange(now) ?? long.MaxValue);
        foreach (var input in plan.Inputs)
            next = Math.Min(next, input.Schedule?.NextChange(now) ?? long.MaxValue);
        return next;
    }

    /// <summary>The value, or NaN when it is not known.</summary>
    /// <param name="now">Event time.</param>
    /// <param name="last">The newest value of the datastream.</param>
    public double ValueAt(long now, double last)
    {
        if (plan.Value is null && !HasLimits && others.Length == 0)
            return windows[0]!.Value;
        for (int i = 0; i < values.Length; i++)
            values[i] = InputAt(i, now, last);
        return plan.Value?.Run(values) ?? values[0];
    }

    /// <summary>The limit of a level, 1 to 4, by what <see cref="ValueAt"/> has looked at: NaN when it is not known, null when it is not worked out.</summary>
    public double? LimitOf(int level) => plan.Limits?[level - 1]?.Run(values);

    /// <summary>Takes a reading of the datastream, newer than all before.</summary>
    /// <returns>False when the oldest reading of a window had to leave early.</returns>
    public bool Add(long time, double value)
    {
        bool room = true;
        foreach (var window in windows)
            room &= window is null || window.Add(time, value);
        return room;
    }

    /// <summary>Takes a reading of another datastream.</summary>
    /// <returns>False when the oldest reading of a window had to leave early.</returns>
    public bool AddOther(ReadOnlySpan<int> inputs, long time, double value)
    {
        bool room = true;
        foreach (int input in inputs)
            room &= others[input]!.Add(time, value);
        return room;
    }

    /// <summary>Takes a late reading of the datastream into the windows that end at a time.</summary>
    /// <returns>True when it belonged to any.</returns>
    public bool AddLate(long time, double value, long now)
    {
        bool taken = false;
        foreach (var window in windows)
            taken |= window is not null && window.AddLate(time, value, now);
        return taken;
    }

    /// <summary>Takes a late reading of another datastream.</summary>
    /// <returns>True when it belonged to any window.</returns>
    public bool AddLateOther(ReadOnlySpan<int> inputs, long time, double value)
    {
        bool taken = false;
        foreach (int input in inputs)
            taken |= others[input]!.AddLate(time, value);
        return taken;
    }

    /// <summary>How far the clock of another datastream may be from that of this one, and still be taken for the same time.</summary>
    public long WithinOf(int input) => others[input]!.Within;

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

    public void ForgetOtherFrom(ReadOnlySpan<int> inputs, long time)
    {
        foreach (int input in inputs)
            others[input]!.ForgetFrom(time);
    }

    /// <summary>Takes over what the windows of an earlier measure hold, when they are the same.</summary>
    /// <returns>False when they are not.</returns>
    public bool Adopt(Measure? before)
    {
        if (before is null || before.plan.Inputs.Length != plan.Inputs.Length || !before.plan.Inputs.Zip(plan.Inputs).All(pair => pair.First.SeesSameAs(pair.Second)))
            return false;
        // The rule of before is no more, so its windows need no copy.
        before.windows.CopyTo(windows, 0);
        for (int i = 0; i < others.Length; i++)
        {
            if (others[i] is { } other)
                other.Adopt(before.others[i]!);
        }
        return true;
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
        foreach (var other in others)
            other?.WriteTo(writer);
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
        foreach (var other in others)
            other?.ReadFrom(ref reader);
    }

    private double InputAt(int input, long now, double last)
    {
        if (others.Length > 0 && others[input] is { } other)
            return other.ValueAt(now);
        if (windows[input] is { } window)
            return window.Value;
        var of = plan.Inputs[input];
        return of.Schedule is null ? last : of.Schedule.At(now).Of((int)of.Level) ?? double.NaN;
    }
}
