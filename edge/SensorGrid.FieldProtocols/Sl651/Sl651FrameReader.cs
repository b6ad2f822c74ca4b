using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Reads frames of SL 651-2014 into readings. Takes one frame, or all packets of one report one behind the other in the order of their numbers; a
/// downlink has no readings.</summary>
public sealed class Sl651FrameReader : IFieldFrameReader
{
    private readonly Sl651ReaderOptions options;
    private readonly Sl651Names names;
    private readonly Sl651Projection readings;
    private readonly Sl651HexProjector hex;
    private readonly Sl651AsciiProjector ascii;
    private byte[] joined = [];

    /// <param name="options">How to take what devices do differently; the defaults when null.</param>
    public Sl651FrameReader(Sl651ReaderOptions? options = null)
    {
        this.options = options ?? new();
        names = new(this.options.MaxNames);
        readings = new(this.options, names);
        hex = new(readings, names);
        ascii = new(readings, names);
    }

    /// <summary>Names held in memory now.</summary>
    internal int NameCount => names.Count;

    /// <inheritdoc/>
    public FrameFault Read(ReadOnlySpan<byte> frame, long receivedAtTicks, FieldFrame into)
    {
        into.Clear();
        into.Protocol = FieldProtocol.Sl651;
        if (!Sl651FrameView.TryRead(frame, out var view, out var fault))
            return fault;
        var header = view.Header;
        into.Station = names.Station(header.Station);
        into.Function = header.Function.ToText();
        long? sentAt = SentAt(view, into);
        if (header.HasPrefix)
            into.Serial = view.Serial;
        if (header.IsPacket && header.Total > 1)
        {
            if (Join(frame, header, into) is not { } length)
                return default;
            int prefix = header.Encoding == Sl651Encoding.Hex ? Sl651Layout.HexPrefix : Sl651Layout.AsciiPrefix;
            view = view.With(joined.AsSpan(0, length), prefix);
        }
        else if (frame.Length > header.FrameLength)
        {
            into.AddProblem(Sl651Problems.TrailingBytes, header.FrameLength);
        }
        if (header.Direction == Sl651Direction.Down)
            return default;
        readings.Begin(into, header, sentAt, receivedAtTicks);
        if (header.Encoding == Sl651Encoding.Hex)
            hex.Project(view, into);
        else
            ascii.Project(view, into);
        return default;
    }

    private static long? SentAt(in Sl651FrameView view, FieldFrame into)
    {
        if (view.TryGetSendTime(out long ticks))
            return into.SentAtTicks = ticks;
        if (view.SendTime.Length > 0)
            into.AddProblem(Sl651Problems.BadSendTime, view.Header.BodyOffset + (view.Header.Encoding == Sl651Encoding.Hex ? 2 : 4));
        return null;
    }

    // Puts the bodies of the packets together, as far as they follow each other. Null when the first is not there: what its later ones say has no beginning.
    private int? Join(ReadOnlySpan<byte> packets, in Sl651Header first, FieldFrame into)
    {
        if (first.Sequence != 1)
        {
            into.AddProblem(Sl651Problems.MissingPackets, 0);
            return null;
        }
        int length = 0;
        int at = 0;
        int wanted = 1;
        while (at < packets.Length)
        {
            if (!Sl651Header.TryRead(packets[at..], out var header, out _) || !IsSameReport(header, first))
            {
                into.AddProblem(Sl651Problems.TrailingBytes, at);
                break;
            }
            if (header.Sequence > wanted)
                break;
            // A repeat of one that is there already adds nothing.
            if (header.Sequence == wanted)
            {
                if (length + header.BodyLength > options.MaxJoinedBytes)
                {
                    into.AddProblem(Sl651Problems.TooManyPackets, at);
                    return length;
                }
                if (joined.Length < length + header.BodyLength)
                    Array.Resize(ref joined, Math.Max(length + header.BodyLength, joined.Length * 2));
                packets.Slice(at + header.BodyOffset, header.BodyLength).CopyTo(joined.AsSpan(length));
                length += header.BodyLength;
                wanted++;
            }
            at += header.FrameLength;
        }
        if (wanted <= first.Total)
            into.AddProblem(Sl651Problems.MissingPackets, at);
        return length;
    }

    private static bool IsSameReport(in Sl651Header packet, in Sl651Header first) =>
        packet.IsPacket && packet.Total == first.Total && packet.Station == first.Station && packet.Function == first.Function &&
        packet.Direction == first.Direction && packet.Encoding == first.Encoding;
}
