namespace SensorGrid.Rules.Conditions;

/// <summary>Hears of conditions that are not said to anybody else: evidence for a condition of its own.</summary>
internal interface IChangeListener
{
    /// <summary>A condition went to another level, at this event time.</summary>
    void OnChange(Condition evidence, long at, ChangeSink sink);

    /// <summary>A silence that was not waited for is from now on: its first sign of life, or the first since its clock was set.</summary>
    void OnAwake(Condition evidence, long at, ChangeSink sink)
    {
    }
}
