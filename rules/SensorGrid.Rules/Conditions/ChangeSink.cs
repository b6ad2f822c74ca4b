using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Conditions;

/// <summary>Where evaluators put their changes: the output of the call that is running, and the log time it runs at. How old a change
/// is when it is found depends on who finds it:
/// <code>
/// a reading  │ log time, all of it: a reading that waited while the service was down is as old as it is
/// a timer    │ log time without what was missed since the newest reading: silence is no older for our having been away
/// </code>
/// Less, both, by how much the log's time is ahead because the machine's clock was set.</summary>
internal sealed class ChangeSink(RuleCounters counters)
{
    private static readonly List<ConditionChange> Nowhere = [];

    public RuleCounters Counters { get; } = counters;

    public List<ConditionChange> Output { get; set; } = Nowhere;

    /// <summary>Sets the timer of a condition that is not one of the datastream or gateway that is being looked at.</summary>
    public Action<Condition> Schedule { get; init; } = static _ => { };

    /// <summary>Log time at which changes are found now.</summary>
    public long LogTime { get; private set; }

    /// <summary>The time by which their age is judged.</summary>
    public long FreshnessTime { get; private set; }

    public void FoundByReading(LogClock log) => (LogTime, FreshnessTime) = (log.Time, log.FreshnessTime);

    public void FoundByTimer(long logTime, long notCounted) => (LogTime, FreshnessTime) = (logTime, logTime - notCounted);
}
