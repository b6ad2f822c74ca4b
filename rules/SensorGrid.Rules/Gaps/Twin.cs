using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Gaps;

/// <summary>A second evaluator of a rule, which goes on from what the first one was and is given the readings of that time in order. It has a clock and an
/// output of its own: what it finds changes nothing about what the first one is now.</summary>
internal sealed class Twin
{
    private readonly IEvaluator evaluator;
    private readonly Condition condition;
    private readonly EventClock clock;
    private readonly ChangeSink sink = new(new RuleCounters());

    private Twin(IEvaluator live)
    {
        var log = new LogClock();
        clock = new(log, new(log));
        evaluator = live.Twin(clock);
        condition = evaluator.Conditions[0];
        sink.Output = Changes;
    }

    /// <summary>What it has found so far.</summary>
    public List<ConditionChange> Changes { get; } = [];

    /// <summary>The level it holds true.</summary>
    public Level Level => condition.Level;

    /// <summary>What <see cref="Of"/> needs of an evaluator with one condition.</summary>
    /// <param name="evaluator">Which.</param>
    /// <param name="bytes">Where it is written first.</param>
    public static byte[] StateOf(IEvaluator evaluator, ArrayBufferWriter<byte> bytes)
    {
        bytes.ResetWrittenCount();
        var writer = new SnapshotWriter(bytes);
        writer.Int32(RuleEngine.SnapshotVersion);
        evaluator.Conditions[0].WriteState(writer);
        evaluator.WriteState(writer);
        return bytes.WrittenSpan.ToArray();
    }

    /// <param name="live">The evaluator as it is now.</param>
    /// <param name="state">What it was.</param>
    /// <returns>Null when what it was does not fit what it is now.</returns>
    public static Twin? Of(IEvaluator live, ReadOnlySpan<byte> state)
    {
        var version = new SnapshotReader(state);
        var reader = new SnapshotReader(state) { Version = (ushort)version.Int32() };
        reader.Int32();
        var twin = new Twin(live);
        twin.condition.ReadState(ref reader);
        twin.evaluator.ReadState(ref reader);
        return reader.IsBroken || !reader.IsAtEnd ? null : twin;
    }

    /// <summary>Takes the next reading, after what is due before it.</summary>
    public void Take(in Reading reading)
    {
        long at = reading.ObservedAtTicks;
        while (condition.Due < at)
            evaluator.OnTimer(condition, condition.Due, sink);
        if (condition.Due == at)
            evaluator.OnTimerBeforeReading(condition, at, sink);
        clock.MoveTo(at, isAhead: false);
        evaluator.OnReading(reading, sink);
    }

    /// <summary>What it is now.</summary>
    public byte[] State() => StateOf(evaluator, new());
}
