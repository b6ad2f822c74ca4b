using SensorGrid.Readings;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Conditions;

/// <summary>Decides about a group by what its members are, and has no readings of its own.</summary>
internal interface IGroupEvaluator : IEvaluator
{
    /// <summary>By which time it goes.</summary>
    GroupClock GroupClock { get; }

    // The group may not have been heard of, and yet have been missed.
    bool IEvaluator.KnowsOthers => true;

    void IEvaluator.OnReading(in Reading reading, ChangeSink sink) => throw new System.Diagnostics.UnreachableException("a group has no readings");

    void IEvaluator.RestartFrame(long at, ChangeSink sink) => throw new System.Diagnostics.UnreachableException("a group's clock is not set");

    /// <summary>Rules or catalogue have changed, and what it listens to has taken over what it was: counts again with the next record.</summary>
    void JudgeAgain();

    /// <summary>Its members, and what each has to say; for people.</summary>
    IReadOnlyList<GroupPoint> Points();
}
