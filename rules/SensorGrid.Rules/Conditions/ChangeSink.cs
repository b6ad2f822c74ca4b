namespace SensorGrid.Rules.Conditions;

/// <summary>Where evaluators put their changes: the output of the call that is running, and the log time it runs at.</summary>
internal sealed class ChangeSink(RuleCounters counters)
{
    private static readonly List<ConditionChange> Nowhere = [];

    public RuleCounters Counters { get; } = counters;

    public List<ConditionChange> Output { get; set; } = Nowhere;

    public long LogTime { get; set; }
}
