namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>What a centre remembers of one station on one connection. Bounded: a ring of repeats, a few elements.</summary>
internal sealed class Sl651StationState(Sl651Address address, string text)
{
    private const int Repeats = 32;
    private const int MaxElements = 32;
    private readonly (ulong Time, uint SerialAndFunction, uint Crc)[] kept = new (ulong, uint, uint)[Repeats];
    private readonly int[] elements = new int[MaxElements];
    private int keptNext;

    public Sl651Address Address { get; } = address;

    public string Text { get; } = text;

    /// <summary>Header of its last frame: whose centre, password and encoding a command repeats.</summary>
    public Sl651Header Header { get; set; }

    public long HeardAtTicks { get; set; }

    /// <summary>When its clock was set last; 0 for never.</summary>
    public long ClockSetAtTicks { get; set; }

    /// <summary>Elements it reported, in the order in which they came first.</summary>
    public ReadOnlySpan<int> Elements => elements.AsSpan(0, ElementCount);

    public int ElementCount { get; private set; }

    /// <summary>CRC of each piece of the report in packets that was kept last, so that a repeat of them is known; empty when there was none.</summary>
    public ushort[] PacketCrcs { get; set; } = [];

    public Sl651Function PacketFunction { get; set; }

    public int PacketSerial { get; set; }

    /// <summary>True for a frame that was kept before: the same function, serial, send time and body. The end character may differ: a resend has ETX where
    /// ETB was.</summary>
    public bool IsRepeat(in Sl651FrameView view)
    {
        var key = KeyOf(view);
        return key != default && kept.AsSpan().Contains(key);
    }

    /// <summary>Remembers a frame that is durable.</summary>
    public void Remember((ulong Time, uint SerialAndFunction, uint Crc) key)
    {
        kept[keptNext] = key;
        keptNext = (keptNext + 1) % Repeats;
    }

    public static (ulong Time, uint SerialAndFunction, uint Crc) KeyOf(in Sl651FrameView view)
    {
        ulong time = 0;
        foreach (byte part in view.SendTime)
            time = (time << 8) | part;
        return (time, ((uint)view.Serial << 8) | (byte)view.Header.Function, 0x10000u | Crc16.Of(view.Body));
    }

    /// <summary>Learns which elements it measures, without its own status and voltage; beyond the bound none more.</summary>
    public void Learn(in Sl651FrameView view)
    {
        if (view.Header.Encoding != Sl651Encoding.Hex || ElementCount == MaxElements)
            return;
        var items = view.Items;
        while (items.MoveNext() && ElementCount < MaxElements)
        {
            var item = items.Current;
            if (item.Kind == Sl651ItemKind.Element && item.Code is not (Sl651Elements.Status or Sl651Elements.Voltage) && Sl651Elements.Of(item.Code).Natural.Bytes > 0 &&
                !Elements.Contains(item.Code))
                elements[ElementCount++] = item.Code;
        }
    }
}
