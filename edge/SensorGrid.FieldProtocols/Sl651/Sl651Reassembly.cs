namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>One report in packets on its way to being whole. Takes packets in any order, each once.</summary>
internal sealed class Sl651Reassembly
{
    private readonly byte[]?[] packets;
    private readonly ushort[] crcs;

    public Sl651Reassembly(in Sl651Header header)
    {
        Header = header;
        packets = new byte[header.Total][];
        crcs = new ushort[header.Total];
    }

    /// <summary>Header of one of its packets: station, function, total, and whom an answer goes to.</summary>
    public Sl651Header Header { get; }

    /// <summary>Serial of packet 1; 0 until it has come.</summary>
    public int Serial { get; private set; }

    public int Bytes { get; private set; }

    public int Count { get; private set; }

    public long LastAtTicks { get; private set; }

    /// <summary>Rounds of asking for missing packets so far.</summary>
    public int Rounds { get; set; }

    /// <summary>When to ask for missing packets, or give up.</summary>
    public long DueAtTicks { get; set; } = long.MaxValue;

    public bool IsWhole => Count == packets.Length;

    public bool Is(in Sl651Header header) =>
        header.Station == Header.Station && header.Function == Header.Function && header.Total == Header.Total && header.Encoding == Header.Encoding;

    /// <summary>True when this is packet 1 of another report than the one that is gathered.</summary>
    public bool IsAnother(in Sl651FrameView view) => view.Header.Sequence == 1 && packets[0] is not null && crcs[0] != Crc16.Of(view.Body);

    /// <summary>Takes a packet; false when it was there already.</summary>
    public bool TryTake(in Sl651FrameView view, ReadOnlySpan<byte> frame, long nowTicks)
    {
        LastAtTicks = nowTicks;
        int index = view.Header.Sequence - 1;
        if (packets[index] is not null)
            return false;
        packets[index] = frame.ToArray();
        crcs[index] = Crc16.Of(view.Body);
        Bytes += frame.Length;
        Count++;
        if (index == 0)
            Serial = view.Serial;
        return true;
    }

    /// <summary>Numbers of the packets that are not there.</summary>
    public IEnumerable<int> Missing()
    {
        for (int index = 0; index < packets.Length; index++)
        {
            if (packets[index] is null)
                yield return index + 1;
        }
    }

    /// <summary>CRC of the piece of each packet, without its end character, which changes on a resend.</summary>
    public ushort[] Crcs => crcs;

    /// <summary>All packets one behind the other.</summary>
    public byte[] Join()
    {
        byte[] joined = new byte[Bytes];
        int at = 0;
        foreach (byte[]? packet in packets)
        {
            packet!.CopyTo(joined, at);
            at += packet.Length;
        }
        return joined;
    }
}
