using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules;

// Everything the engine knows beyond the rules themselves, by keys and not by indices: the table may be another one tomorrow.
public sealed partial class RuleEngine
{
    private const uint SnapshotMagic = 0x53524753; // "SGRS"
    // 2 knows what of the log's time was missed. Older ones are not read: the log is. 3 knows of steps of the clock; in 2 there were none.
    // 4 knows what of a window is harmless (QuietWindow.StateVersion); before that nothing is called so until the window has passed.
    // 5 knows what was missed of groups (GroupClock.StateVersion). 6 knows of readings that wait to be put in order; before that none did.
    // 7 knows of gaps and what came late of them; before that none was kept.
    // 8 knows how long pauses usually are, before that it is learned anew; and what an area's points were when its level last changed.
    // 9 knows when the newest value of a k-of-last rule was observed, and that a silence may have hours.
    internal const ushort SnapshotVersion = 9;
    private const ushort VersionWithPauses = 8;
    private const ushort VersionWithGaps = 7;
    private const ushort VersionWithHeld = 6;
    private const ushort VersionWithSteps = 3;
    private const ushort VersionWithoutSteps = 2;

    /// <summary>Writes the state. It goes with the rules and the catalogue in force, which the caller keeps.</summary>
    public void WriteSnapshot(IBufferWriter<byte> output)
    {
        SettleAll();
        var body = new SnapshotBuffer();
        var writer = new SnapshotWriter(body);
        writer.Int64(log.Time);
        writer.Int64(log.StartedAt);
        writer.Int64(log.Ahead);
        writer.Int64(log.Stepped);
        WriteGateways(writer);
        WriteDatastreams(writer);
        var started = Evaluators().Where(evaluator => evaluator.Conditions[0].Clock.HasStarted || evaluator.KnowsOthers).ToList();
        writer.Int32(started.Count);
        foreach (var evaluator in started)
            WriteEvaluator(writer, evaluator);
        WriteHeld(writer);
        WriteGaps(writer);
        WritePauses(writer);
        SnapshotFrame.Write(output, SnapshotMagic, SnapshotVersion, body);
    }

    /// <summary>Takes over a state that was written under the same rules and catalogue, which must be in force already.</summary>
    /// <returns>False when it cannot be read or does not fit. Then the engine is as after activation, and the log must be read.</returns>
    public bool TryRestore(ReadOnlySpan<byte> snapshot)
    {
        ushort version = SnapshotVersion;
        ReadOnlySpan<byte> body;
        while (!SnapshotFrame.TryOpen(snapshot, SnapshotMagic, version, out body))
        {
            if (--version < VersionWithoutSteps)
                return false;
        }
        bool hasSteps = version >= VersionWithSteps;
        CloseAll();
        ForgetAllGaps();
        var reader = new SnapshotReader(body) { Version = version };
        log.Restore(reader.Int64(), reader.Int64(), hasSteps ? reader.Int64() : 0, hasSteps ? reader.Int64() : 0);
        ReadGateways(ref reader, hasSteps);
        bool fits = ReadDatastreams(ref reader, hasSteps) && ReadEvaluators(ref reader) && (version < VersionWithHeld || ReadHeld(ref reader))
            && (version < VersionWithGaps || ReadGaps(ref reader)) && (version < VersionWithPauses || ReadPauses(ref reader)) && !reader.IsBroken && reader.IsAtEnd;
        if (!fits)
        {
            ForgetAllGaps();
            datastreams = [];
            quiet = [];
            gateways.Clear();
            numberedGateways.Clear();
            conditions = [];
            log.Restore(0, 0, 0, 0);
            Bind();
        }
        RestartTimers();
        return fits;
    }

    // Each once, in order of its first condition.
    private IEnumerable<IEvaluator> Evaluators()
    {
        foreach (var condition in conditions)
        {
            if (condition.Evaluator.Conditions[0] == condition)
                yield return condition.Evaluator;
        }
    }

    private void WriteGateways(SnapshotWriter writer)
    {
        var known = gateways.OrderBy(gateway => gateway.Key, StringComparer.Ordinal).ToList();
        writer.Int32(known.Count);
        foreach (var (id, gateway) in known)
        {
            var (missed, isAwaited) = gateway.Watch.State;
            writer.Text(id);
            writer.Int64(missed);
            writer.Byte(isAwaited ? (byte)1 : (byte)0);
            WriteClock(writer, gateway.Clock);
        }
    }

    private void ReadGateways(ref SnapshotReader reader, bool hasSteps)
    {
        int count = reader.Count(bytesEach: 46);
        for (int i = 0; i < count; i++)
        {
            var gateway = WatchGateway(reader.Text());
            gateway.Watch.Restore(reader.Int64(), reader.Byte() != 0);
            ReadClock(ref reader, gateway.Clock, hasSteps);
        }
    }

    private void WriteDatastreams(SnapshotWriter writer)
    {
        var started = new List<(DatastreamKey Key, WatchedDatastream Watched)>();
        for (int i = 0; i < datastreams.Length; i++)
        {
            if (datastreams[i] is { Clock.HasStarted: true } watched)
                started.Add((table.KeyOf(new(i)), watched));
        }
        writer.Int32(started.Count);
        foreach (var (key, watched) in started)
        {
            writer.Text(key.Gateway);
            writer.Text(key.Name);
            WriteClock(writer, watched.Clock);
            writer.Double(watched.LastValue);
            writer.Double(watched.LastValue2);
        }
    }

    private bool ReadDatastreams(ref SnapshotReader reader, bool hasSteps)
    {
        int count = reader.Count(bytesEach: 57);
        for (int i = 0; i < count; i++)
        {
            var key = new DatastreamKey(reader.Text(), reader.Text());
            if (reader.IsBroken || !table.TryIntern(key, out var index))
                return false;
            var watched = Watch(index);
            ReadClock(ref reader, watched.Clock, hasSteps);
            (watched.LastValue, watched.LastValue2) = (reader.Double(), reader.Double());
        }
        return true;
    }

    private static void WriteClock(SnapshotWriter writer, EventClock clock)
    {
        writer.Int64(clock.LastObserved);
        writer.Int64(clock.Offset);
        writer.Int64(clock.MissedBefore);
        writer.Byte(clock.IsAhead ? (byte)1 : (byte)0);
        writer.Int64(clock.Doubted);
        writer.Int64(clock.SteppedBefore);
    }

    private static void ReadClock(ref SnapshotReader reader, EventClock clock, bool hasSteps) =>
        clock.Restore(reader.Int64(), reader.Int64(), reader.Int64(), reader.Byte() != 0, reader.Int64(), hasSteps ? reader.Int64() : 0);

    private static void WriteEvaluator(SnapshotWriter writer, IEvaluator evaluator)
    {
        foreach (var condition in evaluator.Conditions)
        {
            writer.Text(condition.Scope.Rule.Id);
            writer.Text(condition.Scope.Key);
            condition.WriteState(writer);
        }
        evaluator.WriteState(writer);
    }

    // The snapshot has the evaluators whose clock had started, or who may know of others, in the engine's own order.
    private bool ReadEvaluators(ref SnapshotReader reader)
    {
        int count = reader.Count(bytesEach: 8);
        using var evaluators = Evaluators().GetEnumerator();
        for (int i = 0; i < count; i++)
        {
            bool isFirst = true;
            var (rule, key) = (reader.Text(), reader.Text());
            do
            {
                if (!evaluators.MoveNext())
                    return false;
            }
            while (evaluators.Current.Conditions[0].Scope.Rule.Id != rule || evaluators.Current.Conditions[0].Scope.Key != key);

            foreach (var condition in evaluators.Current.Conditions)
            {
                if (!isFirst)
                    (rule, key) = (reader.Text(), reader.Text());
                isFirst = false;
                if (condition.Scope.Rule.Id != rule || condition.Scope.Key != key)
                    return false;
                condition.ReadState(ref reader);
            }
            evaluators.Current.ReadState(ref reader);
        }
        return true;
    }
}
