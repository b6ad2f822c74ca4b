using System.ComponentModel.DataAnnotations;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>What the centre's side of a connection waits for and how much it remembers.</summary>
public sealed record Hj212CentreOptions
{
    /// <summary>What is peculiar to stations.</summary>
    public Hj212Stations Stations { get; init; } = Hj212Stations.Default;

    /// <summary>How long an answer to a command is awaited, and after it the result or the next packet of data: 10 s, the standard's for mobile networks.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a command that nobody answers is sent again: 3, the standard's.</summary>
    [Range(0, 99)]
    public int Resends { get; init; } = 3;

    /// <summary>How long a command may go on while data of its kind come: 10 min, so that live data in between does not hold up those that wait behind it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestExecution { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Data that is asked for after an outage: minutes, hours and days, so that each line is whole. 2011 where stations keep real-time data.</summary>
    public IReadOnlyList<int> RefillCommands { get; init; } = [2051, 2061, 2031];

    /// <summary>Sets the clock of each station when it is first heard. Off: a station asks when it wants that (1013).</summary>
    public bool SetClockAtFirst { get; init; }

    /// <summary>Tells each station the time-out and the resends of this centre when it is first heard (1000).</summary>
    public bool SetTimeOutsAtFirst { get; init; }

    /// <summary>Seconds between real-time data that each station is told when it is first heard (1062); null for none.</summary>
    [Range(30, 3600)]
    public int? RealTimeIntervalAtFirst { get; init; }

    /// <summary>Minutes between minute data that each station is told when it is first heard (1064); null for none.</summary>
    [Range(1, 30)]
    public int? MinuteIntervalAtFirst { get; init; }

    /// <summary>Most stations behind one connection that can be commanded; further ones are heard all the same. Relays carry some dozens.</summary>
    [Range(1, 65536)]
    public int MaxStations { get; init; } = 64;

    /// <summary>Most commands that wait; further ones are refused.</summary>
    [Range(1, 1024)]
    public int MaxCommands { get; init; } = 64;

    /// <summary>Most refills that wait; further ones are refused.</summary>
    [Range(1, 1024)]
    public int MaxRefills { get; init; } = 24;

    /// <summary>Most split reports whose packets are counted at once; past it the oldest counts as incomplete. Their packets are kept each by itself.</summary>
    [Range(1, 1024)]
    public int MaxOpenReports { get; init; } = 16;

    /// <summary>Uploads remembered to tell repeats: more than a station sends in the time of its resends.</summary>
    [Range(1, 65536)]
    public int RememberedUploads { get; init; } = 256;

    /// <summary>Outcomes of commands kept for whoever asks; past it the oldest go.</summary>
    [Range(1, 1024)]
    public int MaxOutcomes { get; init; } = 64;

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. OptionChecks.ErrorsOf(this),
        .. RefillCommands.Where(command => !CanRefill(command)).Select(command => $"The field RefillCommands has {command}, of which no history can be asked for."),
    ];

    /// <summary>Whether a time of this command's data can be asked for: 2011, 2031, 2041, 2051, 2061.</summary>
    /// <param name="command">Command code.</param>
    public static bool CanRefill(int command) => Hj212Refill.IsPossible(command);
}
