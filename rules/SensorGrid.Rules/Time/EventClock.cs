namespace SensorGrid.Rules.Time;

/// <summary>The time as one datastream (or one gateway) tells it: the stamp of its newest reading, and from then on as much
/// later as the log's clock has moved. So a replay of an old day behaves as the live day did, and a gateway whose clock is
/// wrong lives in its own frame without disturbing others.</summary>
internal sealed class EventClock
{
    private const long Never = long.MinValue;

    /// <summary>Stamp of the newest reading.</summary>
    public long LastObserved { get; private set; } = Never;

    /// <summary>Stamp minus log time when that reading came. Event time = log time + this.</summary>
    public long Offset { get; private set; }

    /// <summary>True when the newest reading was stamped further ahead than the tolerance.</summary>
    public bool IsAhead { get; private set; }

    /// <summary>A stamp ahead that came out of order in a clock that is not ahead, and is not believed yet; or none.</summary>
    public long Doubted { get; private set; } = Never;

    public bool HasStarted => LastObserved != Never;

    public long At(long logTime) => logTime + Offset;

    public void MoveTo(long observedAt, long logTime, bool isAhead)
    {
        LastObserved = observedAt;
        Offset = observedAt - logTime;
        IsAhead = isAhead;
        Doubted = Never;
    }

    /// <summary>True when a stamp can only come from a clock that was set: forward out of tolerance, or back from there.</summary>
    public bool IsLeftBy(long observedAt, bool isAhead) =>
        HasStarted && isAhead != IsAhead && (isAhead ? observedAt > LastObserved : observedAt < LastObserved);

    /// <summary>One stamp far ahead is a slip; two different ones in a row are a clock.</summary>
    /// <returns>True when this stamp is not to be believed.</returns>
    public bool Doubts(long observedAt)
    {
        if (Doubted != Never && Doubted != observedAt)
            return false;
        Doubted = observedAt;
        return true;
    }

    public void Restore(long lastObserved, long offset, bool isAhead, long doubted) =>
        (LastObserved, Offset, IsAhead, Doubted) = (lastObserved, offset, isAhead, doubted);
}
