using System.ComponentModel.DataAnnotations;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>How a centre talks with the stations of one connection.</summary>
public sealed record Sl651CentreOptions
{
    /// <summary>How long an answer, or a packet that was asked for again, is awaited: 10 s, what TCP over mobile networks needs.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a command without an answer is sent again: twice, as the standard says (6.3).</summary>
    [Range(0, 10)]
    public int Resends { get; init; } = 2;

    /// <summary>Confirm with ESC, so that stations stay reachable for commands; otherwise with EOT, and battery-powered ones may sleep.</summary>
    public bool HoldsStations { get; init; } = true;

    /// <summary>How long the rest of a report in packets is awaited after the last packet: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PacketIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often missing packets are asked for: two rounds, as the standard says.</summary>
    [Range(0, 10)]
    public int PacketRounds { get; init; } = 2;

    /// <summary>Most bytes of a report in packets, headers included: 1 MiB, what a record of the log may have. A longer one is dropped and never confirmed.</summary>
    [Range(1, 64 << 20)]
    public int MaxReportBytes { get; init; } = 1 << 20;

    /// <summary>Most reports in packets at once on one connection: 8. A further one takes the place of the one that was silent longest.</summary>
    [Range(1, 1024)]
    public int MaxReports { get; init; } = 8;

    /// <summary>Most stations remembered of one connection: 256, a large relay. A further one takes the place of the one that was silent longest.</summary>
    [Range(1, 65536)]
    public int MaxStations { get; init; } = 256;

    /// <summary>Most commands that wait: 32. Further ones are refused.</summary>
    [Range(1, 1024)]
    public int MaxCommands { get; init; } = 32;

    /// <summary>Most refills that wait: 16. Further ones are refused.</summary>
    [Range(1, 1024)]
    public int MaxRefills { get; init; } = 16;

    /// <summary>Hours asked for at once when a gap is refilled: 24.</summary>
    [Range(1, 744)]
    public int RefillHours { get; init; } = 24;

    /// <summary>Step of the values asked for when a gap is refilled: one hour, which every station stores.</summary>
    public Sl651Step RefillStep { get; init; } = new(0, 1, 0);

    /// <summary>Elements asked for when a station's own are not known yet: accumulated rain and level.</summary>
    public IReadOnlyList<int> RefillElements { get; init; } = [0x26, 0x39];

    /// <summary>Set a station's clock when its send time is further off than this; null (the default) leaves clocks alone.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan? ClockTolerance { get; init; }

    /// <summary>At most once in this time is a clock set: an hour, for a station that cannot keep it.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "31.00:00:00")]
    public TimeSpan ClockPause { get; init; } = TimeSpan.FromHours(1);

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>(OptionChecks.ErrorsOf(this));
        if (!RefillStep.IsValid || RefillStep.IsNone)
            errors.Add("The field RefillStep must be days, hours or minutes, one of them.");
        if (RefillElements.Count == 0 || RefillElements.Any(code => code is < 1 or > 0xEF || Sl651Elements.Of(code).Natural.Bytes == 0))
            errors.Add("The field RefillElements must hold identifiers of the standard's table, at least one.");
        return errors;
    }
}
