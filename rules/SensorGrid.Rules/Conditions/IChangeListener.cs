namespace SensorGrid.Rules.Conditions;

/// <summary>Hears of conditions that are not said to anybody else: evidence for a condition of its own.</summary>
internal interface IChangeListener
{
    /// <summary>A condition went to another level, at this event time.</summary>
    void OnChange(Condition evidence, long at, ChangeSink sink);
}
