using System.Buffers.Binary;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>One packet as it stands in a buffer (GB/T 26875.3-2011, 6.6). Nothing is copied, nothing is judged but start, length, end and
/// checksum.</summary>
/// <remarks><code>
/// 40 40 | serial u16 | version 1 | user version 1 | sent at 6 | source 6 | destination 6 | length u16 | command 1 | unit 0..1024 | sum 1 | 23 23
/// </code>
/// Multi-byte numbers have their lowest byte first. Nothing is escaped: marks may occur inside.</remarks>
public readonly ref struct Gb26875Frame
{
    /// <summary>Start mark and control unit.</summary>
    public const int HeaderBytes = 27;

    /// <summary>Bytes of a packet without a unit.</summary>
    public const int MinBytes = 30;

    /// <summary>Largest unit.</summary>
    public const int MaxUnitBytes = 1024;

    /// <summary>Largest packet.</summary>
    public const int MaxBytes = MinBytes + MaxUnitBytes;

    internal const int SerialAt = 2;
    internal const int SentAtAt = 6;
    internal const int SourceAt = 12;
    internal const int DestinationAt = 18;
    internal const int LengthAt = 24;
    internal const int CommandAt = 26;

    private readonly ReadOnlySpan<byte> bytes;

    private Gb26875Frame(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    /// <summary>Start mark 启动符.</summary>
    public static ReadOnlySpan<byte> StartMark => "@@"u8;

    /// <summary>End mark 结束符.</summary>
    public static ReadOnlySpan<byte> EndMark => "##"u8;

    /// <summary>The whole packet.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>业务流水号: an answer repeats the serial it answers.</summary>
    public ushort Serial => BinaryPrimitives.ReadUInt16LittleEndian(bytes[SerialAt..]);

    /// <summary>主版本号: 1 in the standard, others are seen.</summary>
    public byte MajorVersion => bytes[4];

    /// <summary>用户版本号: a maker's own.</summary>
    public byte UserVersion => bytes[5];

    /// <summary>When it was sent, by the sender's clock.</summary>
    public TimeLabel SentAt => TimeLabel.Read(bytes[SentAtAt..]);

    /// <summary>源地址.</summary>
    public DeviceAddress Source => DeviceAddress.Read(bytes[SourceAt..]);

    /// <summary>目的地址.</summary>
    public DeviceAddress Destination => DeviceAddress.Read(bytes[DestinationAt..]);

    /// <summary>命令字节.</summary>
    public Gb26875Command Command => (Gb26875Command)bytes[CommandAt];

    /// <summary>校验和.</summary>
    public byte Checksum => bytes[^3];

    /// <summary>应用数据单元; may be empty.</summary>
    public Gb26875Unit Unit => new(bytes[HeaderBytes..^3]);

    /// <summary>Header fields, to answer or to send again.</summary>
    public Gb26875Header Header => new(Serial, SentAt, Source, Destination, Command) { MajorVersion = MajorVersion, UserVersion = UserVersion };

    /// <summary>Looks at the first of the packets in a payload.</summary>
    /// <returns>Default, or what is wrong with it.</returns>
    internal static FrameFault TryReadFirst(ReadOnlySpan<byte> payload, out Gb26875Frame frame)
    {
        frame = default;
        if (!payload.StartsWith(StartMark))
            return new("bad_start", 0, payload.Length < 2 ? payload.Length : BinaryPrimitives.ReadUInt16BigEndian(payload), 0x4040);
        var fault = Check(payload, out int length);
        if (fault.Code is null)
            frame = new(payload[..length]);
        return fault;
    }

    /// <summary>Looks at a whole packet.</summary>
    /// <param name="packet">The bytes from start mark to end mark.</param>
    /// <param name="frame">The packet when nothing is wrong.</param>
    /// <returns>Default, or what is wrong with it.</returns>
    public static FrameFault TryRead(ReadOnlySpan<byte> packet, out Gb26875Frame frame)
    {
        var fault = TryReadFirst(packet, out frame);
        if (fault.Code is not null || frame.Bytes.Length == packet.Length)
            return fault;
        int length = frame.Bytes.Length;
        frame = default;
        return new("trailing_bytes", length, packet.Length, length);
    }

    /// <summary>Checks bytes that begin with a start mark; <paramref name="length"/> is that of the packet when nothing is wrong. Limits first, then
    /// the end, then the sum: only the three together decide (6.6).</summary>
    internal static FrameFault Check(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < HeaderBytes)
            return new(Incomplete, bytes.Length, bytes.Length, MinBytes);
        int unit = BinaryPrimitives.ReadUInt16LittleEndian(bytes[LengthAt..]);
        if (unit > MaxUnitBytes)
            return new("length_over_limit", LengthAt, unit, MaxUnitBytes);
        int total = MinBytes + unit;
        if (bytes.Length < total)
            return new(Incomplete, bytes.Length, bytes.Length, total);
        if (!bytes.Slice(total - 2, 2).SequenceEqual(EndMark))
            return new("bad_end", total - 2, BinaryPrimitives.ReadUInt16BigEndian(bytes[(total - 2)..]), 0x2323);
        byte sum = FrameChecksum.Of(bytes[SerialAt..(total - 3)]);
        if (bytes[total - 3] != sum)
            return new("bad_checksum", total - 3, bytes[total - 3], sum);
        length = total;
        return default;
    }

    /// <summary>Code of a packet that is not whole.</summary>
    internal const string Incomplete = "incomplete";
}
