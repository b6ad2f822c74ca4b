namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Reports that come in several packets (6.3.4), told by station, command, time and count. Each packet is kept and answered by itself, as the standard wants it;
/// here it is only seen whether all came, and the first is held for later ones that do not repeat its time. Bounded; a report is given up when nothing of it came for
/// the time-out.</summary>
internal sealed class Hj212SplitReports(int capacity, long timeOutTicks)
{
    private readonly List<Report> open = [];

    /// <summary>Reports of which every packet came.</summary>
    public long Complete { get; private set; }

    /// <summary>Reports given up with packets missing.</summary>
    public long Incomplete { get; private set; }

    /// <summary>When the next one is given up; <see cref="long.MaxValue"/> when none is open.</summary>
    public long DueAtTicks => open.Count == 0 ? long.MaxValue : open.Min(report => report.DeadlineTicks);

    /// <summary>The packet that says the time for this one, which does not; empty when there is none.</summary>
    public ReadOnlySpan<byte> HeadFor(string station, scoped in Hj212Packet packet)
    {
        foreach (var report in open)
        {
            if (report.Is(station, packet) && report.Head.Length > 0)
                return report.Head;
        }
        return default;
    }

    /// <summary>A packet of a report is safe.</summary>
    /// <param name="station">Its station.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="frame">Its bytes.</param>
    /// <param name="nowTicks">Now.</param>
    public void Came(string station, scoped in Hj212Packet packet, ReadOnlySpan<byte> frame, long nowTicks)
    {
        bool hasTime = Hj212Time.TryParse(Hj212Exchange.Find(packet.Area, "DataTime"u8), out long time);
        Report? report = null;
        foreach (var candidate in open)
        {
            if (candidate.Is(station, packet) && (!hasTime || candidate.TimeTicks is null || candidate.TimeTicks == time))
                report = candidate;
        }
        if (report is null)
        {
            if (open.Count == capacity)
                GiveUp(open[0]);
            open.Add(report = new(station, packet.Command, packet.PacketCount));
        }
        if (hasTime && report.TimeTicks is null)
        {
            report.TimeTicks = time;
            report.Head = frame.ToArray();
        }
        report.DeadlineTicks = nowTicks + timeOutTicks;
        if (!report.Came(packet.PacketNumber))
            return;
        open.Remove(report);
        Complete++;
    }

    /// <summary>Gives up what is overdue.</summary>
    public void Expire(long nowTicks)
    {
        for (int i = open.Count - 1; i >= 0; i--)
        {
            if (open[i].DeadlineTicks <= nowTicks)
                GiveUp(open[i]);
        }
    }

    private void GiveUp(Report report)
    {
        open.Remove(report);
        Incomplete++;
    }

    private sealed class Report(string station, int command, int count)
    {
        private readonly bool[] came = new bool[count];
        private int arrived;

        public long? TimeTicks { get; set; }

        public byte[] Head { get; set; } = [];

        public long DeadlineTicks { get; set; }

        public bool Is(string name, scoped in Hj212Packet packet) => name == station && packet.Command == command && packet.PacketCount == came.Length;

        // True when it was the last that was missing.
        public bool Came(int number)
        {
            if (came[number - 1])
                return false;
            came[number - 1] = true;
            return ++arrived == came.Length;
        }
    }
}
