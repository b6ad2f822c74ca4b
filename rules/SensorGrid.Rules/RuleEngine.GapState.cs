using SensorGrid.Readings;
using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules;

// Gaps and what came late of them, in snapshots.
public sealed partial class RuleEngine
{
    private const int BytesOfReading = 28;

    private static void WriteReading(SnapshotWriter writer, in Reading reading)
    {
        writer.Int64(reading.ObservedAtTicks);
        writer.Double(reading.Value);
        writer.Double(reading.Value2);
        writer.Byte((byte)reading.Kind);
        writer.Byte((byte)reading.Quality);
        writer.Byte(reading.Unit);
        writer.Byte((byte)reading.Flags);
    }

    private static Reading ReadReading(ref SnapshotReader reader, DatastreamIndex datastream) => new(
        datastream, reader.Int64(), reader.Double(), reader.Double(), (ReadingKind)reader.Byte(), (Quality)reader.Byte(), reader.Byte(), (ReadingFlags)reader.Byte());

    private void WriteGaps(SnapshotWriter writer)
    {
        writer.Int32(gaps.Count);
        foreach (var gap in gaps)
        {
            var key = table.KeyOf(gap.Datastream.Index);
            writer.Text(key.Gateway);
            writer.Text(key.Name);
            writer.Int64(gap.Datastream.Gaps!.Held == 0 ? 0 : gap.Datastream.Gaps.LastLateAt);
            writer.Int64(gap.Start);
            writer.Int64(gap.KeptAt);
            writer.Int64(gap.JudgedUpTo);
            writer.Byte(gap.Until == long.MaxValue ? (byte)0 : (byte)1);
            if (gap.Until != long.MaxValue)
                WriteReading(writer, gap.Next);
            writer.Int32(gap.Parts.Length);
            foreach (var part in gap.Parts)
                part.WriteTo(writer);
            writer.Int32(gap.Late.Length);
            foreach (ref readonly var reading in gap.Late)
                WriteReading(writer, reading);
        }
    }

    // The same rules are in force, so each part has its condition.
    private bool ReadGaps(ref SnapshotReader reader)
    {
        int count = reader.Count(bytesEach: 49);
        for (int i = 0; i < count; i++)
        {
            var key = new DatastreamKey(reader.Text(), reader.Text());
            if (reader.IsBroken || !table.TryIntern(key, out var index))
                return false;
            var datastream = Watch(index);
            long lastLateAt = reader.Int64();
            var (start, keptAt, judgedUpTo) = (reader.Int64(), reader.Int64(), reader.Int64());
            Reading? next = reader.Byte() == 0 ? null : ReadReading(ref reader, index);
            var parts = new GapPart[reader.Count(bytesEach: 21)];
            for (int at = 0; at < parts.Length; at++)
            {
                if (GapPart.Read(ref reader, Find) is not { } part || !KeptGap.Judges(part.Condition.Evaluator))
                    return false;
                parts[at] = part;
            }
            var readings = new Reading[reader.Count(BytesOfReading)];
            for (int at = 0; at < readings.Length; at++)
                readings[at] = ReadReading(ref reader, index);
            var gap = new KeptGap(datastream, start, keptAt, parts);
            gap.Restore(judgedUpTo, next, readings);
            Restore(gap, lastLateAt);
        }
        return true;
    }

    private void WritePauses(SnapshotWriter writer)
    {
        var known = datastreams.Where(datastream => datastream?.Gaps is { UsualPause: > 0 }).ToList();
        writer.Int32(known.Count);
        foreach (var datastream in known)
        {
            var key = table.KeyOf(datastream!.Index);
            writer.Text(key.Gateway);
            writer.Text(key.Name);
            writer.Int64(datastream.Gaps!.UsualPause);
        }
    }

    private bool ReadPauses(ref SnapshotReader reader)
    {
        int count = reader.Count(bytesEach: 16);
        for (int i = 0; i < count; i++)
        {
            var key = new DatastreamKey(reader.Text(), reader.Text());
            long pause = reader.Int64();
            if (reader.IsBroken || pause <= 0 || !table.TryIntern(key, out var index))
                return false;
            var datastream = Watch(index);
            (datastream.Gaps ??= new()).UsualPause = pause;
            if (datastream.ShortestGap != long.MaxValue)
                datastream.ShortestGap = ShortestGapOf(datastream);
        }
        return true;
    }

    private void Restore(KeptGap gap, long lastLateAt)
    {
        var known = gap.Datastream.Gaps ??= new();
        gap.Place = gaps.AddLast(gap);
        CountBytes(gap);
        if (gap.Until == long.MaxValue)
            (gap.Datastream.OpenGap, gap.IsWatched) = (gap, true);
        else
            known.Ended.Add(gap);
        known.Held += gap.Late.Length;
        lateHeld += gap.Late.Length;
        known.LastLateAt = lastLateAt;
        if (gap.Late.Length > 0)
            AwaitLate(gap.Datastream, known);
    }
}
