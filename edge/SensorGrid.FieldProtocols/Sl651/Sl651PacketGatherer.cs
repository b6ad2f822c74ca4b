using System.Buffers;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Reports in packets (M3): gathers them, asks for the missing ones, drops what does not become whole. Bounded in number, bytes, rounds and time.</summary>
internal sealed class Sl651PacketGatherer(Sl651CentreOptions options)
{
    /// <summary>Most packets asked for in one round; the others are asked for in the next.</summary>
    private const int MaxAskedAtOnce = 64;

    private readonly List<Sl651Reassembly> reports = [];

    public int Count => reports.Count;

    /// <summary>Reports given up.</summary>
    public long Dropped { get; private set; }

    public long DueAtTicks
    {
        get
        {
            long due = long.MaxValue;
            foreach (var report in reports)
                due = Math.Min(due, report.DueAtTicks);
            return due;
        }
    }

    /// <summary>Takes a packet.</summary>
    /// <returns>The report it belongs to, and whether it is whole now; null when it is a packet of the report that was kept last.</returns>
    public (Sl651Reassembly? Report, bool IsWhole) Take(
        in Sl651FrameView view, ReadOnlySpan<byte> frame, Sl651StationState station, long nowTicks, IBufferWriter<byte> output, out bool hasWritten)
    {
        hasWritten = false;
        var report = Of(view.Header);
        if (report is null && IsOfKept(view, station))
            return (null, false);
        if (report is not null && report.IsAnother(view))
        {
            Drop(report);
            report = null;
        }
        report ??= Begin(view.Header);
        if (!report.TryTake(view, frame, nowTicks))
            return (report, Close(report, view.Header, nowTicks, output, ref hasWritten));
        if (report.Bytes > options.MaxReportBytes)
        {
            Drop(report);
            return (report, false);
        }
        if (report.IsWhole)
        {
            reports.Remove(report);
            return (report, true);
        }
        return (report, Close(report, view.Header, nowTicks, output, ref hasWritten));
    }

    /// <summary>Asks for what is missing, drops what was silent too long.</summary>
    /// <returns>True when something was written.</returns>
    public bool Run(long nowTicks, IBufferWriter<byte> output)
    {
        bool hasWritten = false;
        for (int i = reports.Count - 1; i >= 0; i--)
        {
            var report = reports[i];
            if (nowTicks < report.DueAtTicks)
                continue;
            if (report.Rounds < options.PacketRounds)
                hasWritten |= Ask(report, nowTicks, output);
            else
                Drop(report);
        }
        return hasWritten;
    }

    // The packet that ends the report came, or one that was asked for: what misses then is asked for, once for each round.
    private bool Close(Sl651Reassembly report, in Sl651Header header, long nowTicks, IBufferWriter<byte> output, ref bool hasWritten)
    {
        if (header.End == Sl651End.Etx && report.Rounds == 0)
            hasWritten = Ask(report, nowTicks, output);
        else
            Await(report, nowTicks);
        return false;
    }

    private bool Ask(Sl651Reassembly report, long nowTicks, IBufferWriter<byte> output)
    {
        report.Rounds++;
        Await(report, nowTicks);
        var head = Sl651FrameHead.AnswerTo(report.Header, Sl651End.Nak);
        foreach (int sequence in report.Missing().Take(MaxAskedAtOnce))
            Sl651FrameWriter.WritePacketAnswer(output, head, report.Header.Total, sequence, report.Serial, nowTicks);
        return true;
    }

    // After the last round the rest is awaited for the idle time and no longer.
    private void Await(Sl651Reassembly report, long nowTicks) =>
        report.DueAtTicks = nowTicks + (report.Rounds < options.PacketRounds ? options.AnswerTimeout : options.PacketIdle).Ticks;

    private Sl651Reassembly Begin(in Sl651Header header)
    {
        if (reports.Count >= options.MaxReports)
            Drop(reports.MinBy(report => report.LastAtTicks)!);
        var begun = new Sl651Reassembly(header);
        reports.Add(begun);
        return begun;
    }

    private Sl651Reassembly? Of(in Sl651Header header)
    {
        foreach (var report in reports)
        {
            if (report.Is(header))
                return report;
        }
        return null;
    }

    private static bool IsOfKept(in Sl651FrameView view, Sl651StationState station) =>
        station.PacketFunction == view.Header.Function && station.PacketCrcs.Length == view.Header.Total &&
        station.PacketCrcs[view.Header.Sequence - 1] == Crc16.Of(view.Body);

    private void Drop(Sl651Reassembly report)
    {
        reports.Remove(report);
        Dropped++;
    }
}
