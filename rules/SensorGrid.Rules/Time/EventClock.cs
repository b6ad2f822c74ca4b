namespace SensorGrid.Rules.Time;

/// <summary>The time as one datastream (or one gateway) tells it: the stamp of its newest reading, and from then on as much
/// later as the log's clock has moved while the gateway was watched. So a replay of an old day behaves as the live day did, and a
/// gateway whose clock is wrong lives in its own frame without disturbing others.</summary>
internal sealed class EventClock(LogClock log, GatewayWatch watch)
{
    private const long Never = long.MinValue;

    /// <summary>Stamp of the newest reading.</summary>
    public long LastObserved { get; private set; } = Never;

    /// <summary>Stamp minus log time, less what had been missed of that, when that reading came.</summary>
    public long Offset { get; private set; }

    /// <summary>What of the log's time had been missed when that reading came.</summary>
    public long MissedBefore { get; private set; }

    /// <summary>What the log's time had been stepped forward in all when that reading came.</summary>
    public long SteppedBefore { get; private set; }

    /// <summary>True when the newest reading was stamped further ahead than the tolerance.</summary>
    public bool IsAhead { get; private set; }

    /// <summary>A stamp ahead that came out of order in a clock that is not ahead, and is not believed yet; or none.</summary>
    public long Doubted { get; private set; } = Never;

    public bool HasStarted => LastObserved != Never;

    public long Now => log.Time - watch.Missed + Offset;

    /// <summary>By how much the newest reading was stamped ahead of the log time at which it came.</summary>
    public long AheadOfLog => Offset - MissedBefore;

    /// <summary>What of the log's time was missed since that reading came: it makes what follows from it no older.</summary>
    public long MissedSince => watch.Missed - MissedBefore;

    /// <summary>The log time at which this clock shows an event time, if nothing is missed from now on; never too late.</summary>
    public long LogTimeOf(long eventTime) => eventTime - Offset + watch.Missed;

    public void MoveTo(long observedAt, bool isAhead)
    {
        LastObserved = observedAt;
        MissedBefore = watch.Missed;
        SteppedBefore = log.Stepped;
        Offset = observedAt - (log.Time - MissedBefore);
        IsAhead = isAhead;
        Doubted = Never;
    }

    /// <summary>Moves to a reading that came at an earlier log time, since when nothing was missed and no clock was set.</summary>
    public void CatchUp(long observedAt, long logTime)
    {
        MoveTo(observedAt, isAhead: false);
        Offset = observedAt - (logTime - MissedBefore);
    }

    /// <summary>Moves to what was found at a log time that is not before the newest start.</summary>
    public void MoveTo(long observedAt, long logTime)
    {
        MoveTo(observedAt, isAhead: false);
        MissedBefore = watch.MissedUntil(logTime);
        Offset = observedAt - (logTime - MissedBefore);
    }

    /// <summary>Shows what another clock of the same gateway shows.</summary>
    public void SetTo(EventClock other) => Restore(other.LastObserved, other.Offset, other.MissedBefore, other.IsAhead, other.Doubted, other.SteppedBefore);

    /// <summary>True when a stamp can only come from a clock that was set: forward out of tolerance, or back from there.</summary>
    public bool IsLeftBy(long observedAt, bool isAhead) =>
        HasStarted && isAhead != IsAhead && (isAhead ? observedAt > LastObserved : observedAt < LastObserved);

    /// <summary>True when the log's time was stepped forward since the newest reading and this stamp went along: it is the time of arrival, or of a
    /// gateway whose clock was set too.</summary>
    public bool SteppedWith(long observedAt) => HasStarted && log.Stepped - SteppedBefore is > 0 and var by && observedAt - Now > by / 2;

    /// <summary>One stamp far ahead is a slip; two different ones in a row are a clock.</summary>
    /// <returns>True when this stamp is not to be believed.</returns>
    public bool Doubts(long observedAt)
    {
        if (Doubted != Never && Doubted != observedAt)
            return false;
        Doubted = observedAt;
        return true;
    }

    public void Restore(long lastObserved, long offset, long missedBefore, bool isAhead, long doubted, long steppedBefore) =>
        (LastObserved, Offset, MissedBefore, IsAhead, Doubted, SteppedBefore) = (lastObserved, offset, missedBefore, isAhead, doubted, steppedBefore);
}
