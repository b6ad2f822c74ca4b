using System.Runtime.CompilerServices;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Thresholds;

/// <summary>The levels of one condition with their delays. Each level is off or on and may be on its way to the other side:
/// <code>
/// level | event                                     | action
/// off   | raise ≥ level, not pending                | pending since now; on at once when the on-delay is 0
/// off   | raise ≥ level, pending                    | nothing: the delay runs
/// off   | raise &lt; level                             | pending no more
/// off   | on-delay elapsed                          | on
/// on    | keep &lt; level, not pending                | pending since now; off at once when the off-delay is 0
/// on    | keep &lt; level, pending                    | nothing: the delay runs
/// on    | keep ≥ level                              | pending no more (between the limits: hysteresis)
/// on    | off-delay elapsed                         | off
/// any   | value unknown                             | pending no more, stays as it is
/// </code>
/// As limits rise with the levels and delays are the same for all, the levels that are on always are the lowest ones; the
/// condition's level is the highest that is on. Onset is the time the lowest level began to hold.</summary>
internal struct LevelMachine
{
    public const long NotPending = long.MinValue;

    private byte defined;
    private byte on;
    private TimeByLevel pendingSince;

    [InlineArray(4)]
    private struct TimeByLevel
    {
        private long first;
    }

    /// <param name="definedLevels">Bit n-1 set for each level n that has a limit.</param>
    public LevelMachine(byte definedLevels)
    {
        defined = definedLevels;
        CancelPending();
    }

    /// <summary>Event time at which the condition first held; meaningless while the level is none.</summary>
    public long Onset { get; private set; }

    public readonly Level Level
    {
        get
        {
            for (int level = 4; level > 0; level--)
            {
                if ((on & Bit(level)) != 0)
                    return (Level)level;
            }
            return Level.None;
        }
    }

    public readonly byte OnBits => on;

    public readonly long PendingSince(int level) => pendingSince[level - 1];

    /// <summary>Takes a new value.</summary>
    /// <param name="at">Its event time.</param>
    /// <param name="raise">Highest level whose limit it reaches.</param>
    /// <param name="keep">Highest level that it does not let go: at or beyond the limit less the clear margin.</param>
    /// <param name="onDelay">How long a level must hold before it is on.</param>
    /// <param name="offDelay">How long a level must not hold before it is off.</param>
    public void Apply(long at, Level raise, Level keep, long onDelay, long offDelay)
    {
        for (int level = 1; level <= 4; level++)
        {
            if ((defined & Bit(level)) == 0)
                continue;
            bool isOn = (on & Bit(level)) != 0;
            bool leaves = isOn ? level > (int)keep : level <= (int)raise;
            ref long since = ref pendingSince[level - 1];
            if (!leaves)
                since = NotPending;
            else if (since == NotPending)
                since = at;
            if (leaves && (isOn ? offDelay : onDelay) == 0)
                Toggle(level);
        }
    }

    /// <summary>Completes the delays that have run out.</summary>
    public void Elapse(long at, long onDelay, long offDelay)
    {
        for (int level = 1; level <= 4; level++)
        {
            long since = pendingSince[level - 1];
            if (since != NotPending && since + ((on & Bit(level)) != 0 ? offDelay : onDelay) <= at)
                Toggle(level);
        }
    }

    /// <summary>When the next delay runs out; <see cref="long.MaxValue"/> when none runs.</summary>
    public readonly long NextDue(long onDelay, long offDelay)
    {
        long next = long.MaxValue;
        for (int level = 1; level <= 4; level++)
        {
            long since = pendingSince[level - 1];
            if (since != NotPending)
                next = Math.Min(next, since + ((on & Bit(level)) != 0 ? offDelay : onDelay));
        }
        return next;
    }

    /// <summary>No delay can complete while nobody knows whether the condition holds.</summary>
    public void CancelPending()
    {
        for (int level = 0; level < 4; level++)
            pendingSince[level] = NotPending;
    }

    /// <summary>Takes over the levels of a condition whose rule was changed. A level that has no limit any more goes off; delays
    /// start again, for they may have been changed too.</summary>
    public void AdoptLevels(in LevelMachine before)
    {
        on = (byte)(before.on & defined);
        // Levels are on from the lowest upwards: with a new, lower level below one that is on, that one is on too.
        for (int level = (int)Level; level > 0; level--)
            on |= (byte)(Bit(level) & defined);
        Onset = before.Onset;
        CancelPending();
    }

    public void Restore(byte onBits, long onset, ReadOnlySpan<long> pending)
    {
        on = onBits;
        Onset = onset;
        for (int level = 0; level < 4; level++)
            pendingSince[level] = pending[level];
    }

    private static int Bit(int level) => 1 << (level - 1);

    private void Toggle(int level)
    {
        if (on == 0)
            Onset = pendingSince[level - 1];
        on ^= (byte)Bit(level);
        pendingSince[level - 1] = NotPending;
    }
}
