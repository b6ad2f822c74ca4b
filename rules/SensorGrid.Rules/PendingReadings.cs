using System.Runtime.CompilerServices;

namespace SensorGrid.Rules;

/// <summary>Quiet readings of one datastream that its windows have not been given yet. A few at once cost the windows' memory to be fetched once, and the sums of
/// a window can only grow by so much until it is looked at again.</summary>
internal sealed class PendingReadings
{
    /// <summary>Most readings between two looks at the windows.</summary>
    public const int Capacity = 16;

    // In the object itself: one that is added touches nothing else.
    private Places places;
    private int taken;
    private int given;

    public bool IsFull => taken == Capacity;

    /// <summary>Begins anew: the windows have been looked at.</summary>
    public void Clear() => taken = given = 0;

    public void Add(long time, double value) => places[taken++] = new(time, value);

    /// <summary>Those that have not been given, once. What was given still counts until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<PendingReading> Give()
    {
        var rest = ((ReadOnlySpan<PendingReading>)places)[given..taken];
        given = taken;
        return rest;
    }

    [InlineArray(Capacity)]
    private struct Places
    {
        private PendingReading first;
    }
}

/// <summary>A value and its event time.</summary>
internal readonly record struct PendingReading(long Time, double Value);
