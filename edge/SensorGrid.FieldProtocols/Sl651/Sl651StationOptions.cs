using System.ComponentModel.DataAnnotations;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Who a station is, and how it talks with its centre.</summary>
public sealed record Sl651StationOptions
{
    /// <summary>Its address.</summary>
    public required Sl651Address Address { get; init; }

    /// <summary>Its class (附录 A): H, a river.</summary>
    public byte StationClass { get; init; } = (byte)'H';

    /// <summary>Address of the centre.</summary>
    public byte Centre { get; init; } = 1;

    /// <summary>Password that its frames carry.</summary>
    public ushort Password { get; init; }

    /// <summary>HEX/BCD, as nearly all have it.</summary>
    public Sl651Encoding Encoding { get; init; } = Sl651Encoding.Hex;

    /// <summary>M2 and M3: waits for confirmations. Otherwise M1: sends once and forgets.</summary>
    public bool AwaitsConfirmation { get; init; } = true;

    /// <summary>How long a confirmation is awaited.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a report without confirmation is sent again at once: twice, as the standard says.</summary>
    [Range(0, 10)]
    public int Resends { get; init; } = 2;

    /// <summary>How long it rests after that before it tries again. It keeps the report until it is confirmed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most bytes of a body in one frame; longer ones go in packets. 1,000: under an Ethernet frame.</summary>
    [Range(16, 4089)]
    public int PieceBytes { get; init; } = 1000;

    /// <summary>Most reports kept until they are confirmed. Further ones are refused, and the caller keeps them.</summary>
    [Range(1, 1 << 20)]
    public int MaxReports { get; init; } = 256;

    /// <summary>How long it stays reachable after ESC: 10 minutes, as the standard says.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Pause between keep-alives while it is held: 40 s, as the standard recommends.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:04:15")]
    public TimeSpan KeepAlivePause { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Serial of the first report.</summary>
    [Range(1, 65535)]
    public int FirstSerial { get; init; } = 1;

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate() => OptionChecks.ErrorsOf(this);
}

/// <summary>A report that a station keeps until it is confirmed.</summary>
/// <param name="Function">30H to 36H, or what a station tells by itself.</param>
/// <param name="Body">Serial, send time and everything behind: a resend is the same bytes.</param>
public sealed record Sl651Upload(Sl651Function Function, ReadOnlyMemory<byte> Body);

/// <summary>What a station answers queries and commands with, out of its own store.</summary>
public interface ISl651StationSide
{
    /// <summary>Writes the answer behind serial, send time and station group; false to stay silent, as a station does that cannot.</summary>
    /// <param name="request">The request (ENQ).</param>
    /// <param name="answer">Gets the answer.</param>
    /// <param name="nowTicks">Now, UTC ticks.</param>
    bool TryAnswer(in Sl651FrameView request, Sl651BodyWriter answer, long nowTicks);

    /// <summary>A report is confirmed and need not be kept any longer.</summary>
    void Confirmed(Sl651Upload upload);
}
