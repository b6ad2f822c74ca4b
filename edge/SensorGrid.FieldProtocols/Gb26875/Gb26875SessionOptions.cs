using System.ComponentModel.DataAnnotations;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>How the centre talks to a device.</summary>
public sealed record Gb26875SessionOptions
{
    /// <summary>Serial of the first command. Null: from the clock, so that an answer to a connection before this one is not taken for an answer to
    /// this one.</summary>
    public ushort? FirstSerial { get; init; }

    /// <summary>How long an answer is awaited before a command is sent again. 10 s: the most that the standard advises.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a command is sent again. 3, as the standard advises; then it has failed.</summary>
    [Range(0, 10)]
    public int MaxResends { get; init; } = 3;

    /// <summary>Commands that may wait behind the one under way; further ones are refused. Many devices handle one at a time.</summary>
    [Range(1, 1024)]
    public int MaxQueuedCommands { get; init; } = 64;

    /// <summary>Uploads whose repeats are known. 64: more than a device has under way.</summary>
    [Range(1, 4096)]
    public int MaxRememberedUploads { get; init; } = 64;

    /// <summary>How long the same bytes count as a repeat. 2 min: three resends of 10 s, and a slow line; after that they are something new that
    /// looks alike, as devices whose serial stands still send it.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan RepeatWindow { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Keeps packets without a unit like data, so that rules see silence in the log. False: they are answered and forgotten.</summary>
    public bool KeepHeartbeats { get; init; } = true;

    /// <summary>Sets a device's clock when it connects, each <see cref="ClockEvery"/>, and when it is off by more than
    /// <see cref="ClockTolerance"/>.</summary>
    public bool SetClock { get; init; } = true;

    /// <summary>How often clocks are set. A day: a second or two of drift.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "31.00:00:00")]
    public TimeSpan ClockEvery { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How far the time of sending may be off before the clock is set early, once an hour at most. 1 min: a packet that is sent again keeps
    /// its first time for 40 s.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Asks a device that connects for its state and its version.</summary>
    public bool AskOnConnect { get; init; } = true;

    /// <summary>How often a device is asked for its state. 30 min: GB 50440 wants every unit checked within 2 h.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "1.00:00:00")]
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>After so long without a packet a device is asked for a sign of life, and its connection closed when there is none. 5 min: ten
    /// heartbeats.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "1.00:00:00")]
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Answers keep source and destination as they came, as Sanshan 三山 devices want it. False: swapped.</summary>
    public bool AnswersUnswapped { get; init; }

    /// <summary>Commands besides 2 that are kept and confirmed like data: makers' own, and reserved ones that makers use (Dahua 0 and 7). None: they
    /// are denied.</summary>
    public IReadOnlySet<byte> DataCommands { get; init; } = new HashSet<byte>();

    /// <summary>Outages that may be asked for at once; further ones are refused.</summary>
    [Range(1, 64)]
    public int MaxRefills { get; init; } = 4;

    /// <summary>Records wanted with one request of an outage. 102, the most there can be.</summary>
    [Range(1, 102)]
    public int RefillRecords { get; init; } = 102;

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>(OptionChecks.ErrorsOf(this));
        if (DataCommands.Any(command => command is >= 1 and <= 6))
            errors.Add("The field DataCommands must not hold 1 to 6, which the standard gives their meaning.");
        return errors;
    }
}
