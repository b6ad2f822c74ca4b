namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>How a centre talks with the stations of one connection.</summary>
public sealed record Sl651CentreOptions
{
    /// <summary>How long an answer, or a packet that was asked for again, is awaited: 10 s, what TCP over mobile networks needs.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a command without an answer is sent again: twice, as the standard says (6.3).</summary>
    public int Resends { get; init; } = 2;

    /// <summary>Confirm with ESC, so that stations stay reachable for commands; otherwise with EOT, and battery-powered ones may sleep.</summary>
    public bool HoldsStations { get; init; } = true;

    /// <summary>How long the rest of a report in packets is awaited after the last packet: 60 s.</summary>
    public TimeSpan PacketIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often missing packets are asked for: two rounds, as the standard says.</summary>
    public int PacketRounds { get; init; } = 2;

    /// <summary>Most bytes of a report in packets, headers included: 1 MiB, what a record of the log may have. A longer one is dropped and never confirmed.</summary>
    public int MaxReportBytes { get; init; } = 1 << 20;

    /// <summary>Most reports in packets at once on one connection: 8. A further one takes the place of the one that was silent longest.</summary>
    public int MaxReports { get; init; } = 8;

    /// <summary>Most stations remembered of one connection: 256, a large relay. A further one takes the place of the one that was silent longest.</summary>
    public int MaxStations { get; init; } = 256;

    /// <summary>Most commands that wait: 32. Further ones are refused.</summary>
    public int MaxCommands { get; init; } = 32;

    /// <summary>Most refills that wait: 16. Further ones are refused.</summary>
    public int MaxRefills { get; init; } = 16;

    /// <summary>Hours asked for at once when a gap is refilled: 24.</summary>
    public int RefillHours { get; init; } = 24;

    /// <summary>Step of the values asked for when a gap is refilled: one hour, which every station stores.</summary>
    public Sl651Step RefillStep { get; init; } = new(0, 1, 0);

    /// <summary>Elements asked for when a station's own are not known yet: accumulated rain and level.</summary>
    public IReadOnlyList<int> RefillElements { get; init; } = [0x26, 0x39];

    /// <summary>Set a station's clock when its send time is further off than this; null (the default) leaves clocks alone.</summary>
    public TimeSpan? ClockTolerance { get; init; }

    /// <summary>At most once in this time is a clock set: an hour, for a station that cannot keep it.</summary>
    public TimeSpan ClockPause { get; init; } = TimeSpan.FromHours(1);
}
