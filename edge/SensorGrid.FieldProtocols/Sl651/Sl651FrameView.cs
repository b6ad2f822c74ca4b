using System.Buffers.Binary;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>One frame as it stands, field by field: for tools, sessions and tests. What it means in readings is the reader's business.</summary>
public readonly ref struct Sl651FrameView
{
    /// <summary>The body has no room for serial and send time.</summary>
    public const string ShortBody = "short_body";

    /// <summary>The header.</summary>
    public Sl651Header Header { get; private init; }

    /// <summary>Serial (流水号); 0 where a later packet has none.</summary>
    public int Serial { get; private init; }

    /// <summary>Send time (发报时间) as it stands: six BCD bytes, in ASCII twelve digits; empty in a later packet.</summary>
    public ReadOnlySpan<byte> SendTime { get; private init; }

    /// <summary>Body behind serial and send time; all of it in a later packet.</summary>
    public ReadOnlySpan<byte> Content { get; private init; }

    /// <summary>The whole body, serial and send time included.</summary>
    public ReadOnlySpan<byte> Body { get; private init; }

    /// <summary>Where <see cref="Content"/> begins in the frame.</summary>
    public int ContentOffset { get; private init; }

    /// <summary>The items of a HEX body.</summary>
    public Sl651BodyWalker Items => new(Content, Header.Function, Header.Direction, Header.End);

    /// <summary>The words of an ASCII body.</summary>
    public Sl651WordWalker Words => new(Content);

    /// <summary>Send time in UTC ticks; false when there is none.</summary>
    public bool TryGetSendTime(out long utcTicks)
    {
        utcTicks = 0;
        return SendTime.Length switch
        {
            6 => Sl651Time.TryRead(SendTime, out utcTicks),
            12 => Sl651Time.TryReadDigits(SendTime, out utcTicks),
            _ => false,
        };
    }

    /// <summary>Looks at a whole frame.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out Sl651FrameView view, out FrameFault fault)
    {
        view = default;
        if (!Sl651Header.TryRead(frame, out var header, out fault))
            return false;
        var body = frame.Slice(header.BodyOffset, header.BodyLength);
        int prefix = !header.HasPrefix ? 0 : header.Encoding == Sl651Encoding.Hex ? Sl651Layout.HexPrefix : Sl651Layout.AsciiPrefix;
        if (!TryReadSerial(body, header.Encoding, prefix, out int serial))
        {
            fault = new(ShortBody, header.BodyOffset, body.Length, prefix);
            return false;
        }
        view = new()
        {
            Header = header,
            Serial = serial,
            SendTime = prefix == 0 ? default : header.Encoding == Sl651Encoding.Hex ? body[2..8] : body[4..16],
            Body = body,
            Content = body[prefix..],
            ContentOffset = header.BodyOffset + prefix,
        };
        return true;
    }

    /// <summary>The same frame with the joined body of all its packets.</summary>
    /// <param name="joinedBody">Serial, send time and everything behind.</param>
    /// <param name="prefix">Bytes of serial and send time.</param>
    internal Sl651FrameView With(ReadOnlySpan<byte> joinedBody, int prefix)
    {
        return new() { Header = Header, Serial = Serial, SendTime = SendTime, Body = joinedBody, Content = joinedBody[prefix..], ContentOffset = ContentOffset };
    }

    private static bool TryReadSerial(ReadOnlySpan<byte> body, Sl651Encoding encoding, int prefix, out int serial)
    {
        serial = 0;
        if (body.Length < prefix)
            return false;
        if (prefix == 0)
            return true;
        if (encoding == Sl651Encoding.Hex)
        {
            serial = BinaryPrimitives.ReadUInt16BigEndian(body);
            return true;
        }
        bool isRead = Sl651Digits.TryHex(body[..4], out ulong value);
        serial = (int)value;
        return isRead;
    }
}
