using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Conditions;

/// <summary>Decides about the conditions of one rule on one clock. The engine calls, in this order: the delays and timers that
/// are due before a reading, then the reading.</summary>
internal interface IEvaluator
{
    /// <summary>Takes a reading that is newer than all before; delays due at its time have elapsed.</summary>
    void OnReading(in Reading reading, ChangeSink sink);

    /// <summary>Takes a reading older than the newest into what it keeps of the past. It judges nothing by it at once.</summary>
    /// <returns>True when it belonged there.</returns>
    bool TakeLate(in Reading reading) => false;

    /// <summary>True when it can be asked what would have been, had late readings come in time: it has one condition, and looks at nothing but its own datastream.</summary>
    bool CanJudgeThePast => false;

    /// <summary>One like it that knows nothing yet, on another clock.</summary>
    IEvaluator Twin(EventClock clock) => throw new System.Diagnostics.UnreachableException("it does not judge the past");

    /// <summary>Event time reached what <see cref="Condition.Due"/> asked for.</summary>
    void OnTimer(Condition condition, long at, ChangeSink sink);

    /// <summary>The same, when a reading of this very instant follows at once.</summary>
    void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink);

    /// <summary>The clock went ahead or was put right: the time in between never passed.</summary>
    void RestartFrame(long at, ChangeSink sink);

    /// <summary>Goes on from where the evaluator of the same rule and thing in an earlier rule set was.</summary>
    void Adopt(IEvaluator before);

    /// <summary>True when there can be readings that it does not need to see.</summary>
    bool CanBeQuiet => false;

    /// <summary>Narrows what it does not need to see, from its newest reading on.</summary>
    /// <returns>False when it must see every reading.</returns>
    bool TryNarrow(ref QuietRange range) => false;

    /// <summary>Takes the newest of the readings that it did not need to see, as if it had seen them all.</summary>
    void CatchUp(double value, long at, ChangeSink sink) => throw new System.Diagnostics.UnreachableException("it sees every reading");

    /// <summary>The same of positions: longitude and latitude.</summary>
    void CatchUp(double value, double value2, long at, ChangeSink sink) => CatchUp(value, at, sink);

    /// <summary>True when some of its conditions may be due some time; looking through many of them costs more than all else.</summary>
    bool HasDue => true;

    /// <summary>True when it must be given the readings that it did not need to see, each of them, later.</summary>
    bool NeedsEachReading => false;

    /// <summary>Takes the readings that it did not need to see when they came, as if it had seen them; at least one.</summary>
    void CatchUp(ReadOnlySpan<PendingReading> readings, ChangeSink sink) => CatchUp(readings[^1].Value, readings[^1].Time, sink);

    /// <summary>True when it has a state before its own clock has started: what it knows of other datastreams.</summary>
    bool KnowsOthers => false;

    /// <summary>The limits that it compares with now, when they are not those of the scope.</summary>
    LevelLimits? LimitsInForce => null;

    /// <summary>What the value that it compares was made of, when that is more than readings.</summary>
    IReadOnlyList<EvidenceValue>? Evidence => null;

    /// <summary>Its conditions, in order of scope key.</summary>
    ReadOnlySpan<Condition> Conditions { get; }

    /// <summary>Writes what it needs to go on after a restart, beyond what each condition keeps itself.</summary>
    void WriteState(SnapshotWriter writer);

    /// <summary>Reads what <see cref="WriteState"/> wrote.</summary>
    void ReadState(ref SnapshotReader reader);
}
