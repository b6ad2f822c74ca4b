using System.Buffers.Binary;

namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Writes Sparkplug B payloads field by field, in the order called. Knows nothing of sessions: what must stand in a birth is the caller's.
/// Reused: <see cref="Clear"/> keeps the buffer. Not thread-safe.</summary>
public sealed class SparkplugWriter
{
    private const int LongestVarint = 10;

    private byte[] buffer = new byte[256];
    private int length;

    // Where the content of the open message begins, behind its length of one byte so far.
    private int opened = -1;

    /// <summary>The payload so far.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    /// <summary>The same, for whoever needs more than a span; valid until the next write.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => buffer.AsMemory(0, length);

    /// <summary>Forgets the payload, keeps the buffer.</summary>
    public void Clear() => (length, opened) = (0, -1);

    /// <summary>Time of the payload, milliseconds since 1970 UTC.</summary>
    public void Timestamp(ulong milliseconds) => Varint(1, milliseconds);

    /// <summary>Sequence number, 0 to 255. Not in NDEATH and commands.</summary>
    public void Seq(byte seq) => Varint(3, seq);

    /// <summary>The uuid of a payload.</summary>
    public void Uuid(ReadOnlySpan<byte> utf8) => Bytes(4, utf8);

    /// <summary>The body of a payload.</summary>
    public void Body(ReadOnlySpan<byte> bytes) => Bytes(5, bytes);

    /// <summary>Begins a metric with a name.</summary>
    public void BeginMetric(ReadOnlySpan<byte> utf8Name)
    {
        BeginMetric();
        Bytes(1, utf8Name);
    }

    /// <summary>Begins a metric without a name.</summary>
    /// <exception cref="InvalidOperationException">A metric is open.</exception>
    public void BeginMetric() => Begin(2);

    /// <summary>Alias of the metric.</summary>
    public void Alias(ulong alias) => Varint(2, alias);

    /// <summary>Time of the metric, milliseconds since 1970 UTC.</summary>
    public void MetricTimestamp(ulong milliseconds) => Varint(3, milliseconds);

    /// <summary>Datatype of the metric.</summary>
    public void Datatype(SparkplugDatatype datatype) => Varint(4, (ulong)datatype);

    /// <summary>is_historical.</summary>
    public void IsHistorical() => Varint(5, 1);

    /// <summary>is_transient.</summary>
    public void IsTransient() => Varint(6, 1);

    /// <summary>is_null: no value follows.</summary>
    public void IsNull() => Varint(7, 1);

    /// <summary>The property <c>Quality</c>: 0 bad, 192 good, 500 stale.</summary>
    public void Quality(int quality)
    {
        Span<byte> value = stackalloc byte[3 + LongestVarint];
        value[0] = 1 << 3;
        value[1] = (byte)SparkplugDatatype.Int32;
        value[2] = 3 << 3;
        int valueLength = 3 + PutVarint(value[3..], (uint)quality);
        Span<byte> properties = stackalloc byte[9 + 2 + 3 + LongestVarint];
        "\u000a\u0007Quality"u8.CopyTo(properties);
        properties[9] = 2 << 3 | ProtoScanner.Bytes;
        properties[10] = (byte)valueLength;
        value[..valueLength].CopyTo(properties[11..]);
        Bytes(9, properties[..(11 + valueLength)]);
    }

    /// <summary>A whole number of a datatype: its bits as a 32-bit two's complement in int_value, or as a 64-bit one in long_value.</summary>
    public void Integer(SparkplugDatatype datatype, long value)
    {
        if (datatype.IsLong())
            Varint(11, (ulong)value);
        else
            Varint(10, (uint)value);
    }

    /// <summary>A binary32.</summary>
    public void Float(float value)
    {
        Tag(12, ProtoScanner.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(Room(sizeof(float)), value);
        length += sizeof(float);
    }

    /// <summary>A binary64.</summary>
    public void Double(double value)
    {
        Tag(13, ProtoScanner.Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        length += sizeof(double);
    }

    /// <summary>True or false.</summary>
    public void Boolean(bool value) => Varint(14, value ? 1u : 0u);

    /// <summary>Text.</summary>
    public void String(ReadOnlySpan<byte> utf8) => Bytes(15, utf8);

    /// <summary>Bytes, or an array in its bytes.</summary>
    public void BytesValue(ReadOnlySpan<byte> bytes) => Bytes(16, bytes);

    /// <summary>Ends the metric.</summary>
    /// <exception cref="InvalidOperationException">No metric is open.</exception>
    public void EndMetric() => End();

    /// <summary>Whole bytes that are fields already, e.g. a payload as it came to which something is added.</summary>
    internal void Append(ReadOnlySpan<byte> fields)
    {
        fields.CopyTo(Room(fields.Length));
        length += fields.Length;
    }

    internal void Begin(int field)
    {
        if (opened >= 0)
            throw new InvalidOperationException("A message is open: end it first.");
        opened = BeginInner(field);
    }

    internal void End()
    {
        if (opened < 0)
            throw new InvalidOperationException("No message is open.");
        EndInner(opened);
        opened = -1;
    }

    /// <summary>Begins a message inside the open one.</summary>
    /// <returns>Where its content begins.</returns>
    internal int BeginInner(int field)
    {
        Tag(field, ProtoScanner.Bytes);
        Room(1);
        return ++length;
    }

    internal void EndInner(int begun)
    {
        int content = length - begun;
        Span<byte> prefix = stackalloc byte[LongestVarint];
        int wide = PutVarint(prefix, (uint)content);
        // One byte was left for the length; most messages need no more.
        if (wide > 1)
        {
            Room(wide - 1);
            buffer.AsSpan(begun, content).CopyTo(buffer.AsSpan(begun + wide - 1));
            length += wide - 1;
        }
        prefix[..wide].CopyTo(buffer.AsSpan(begun - 1));
    }

    internal void Varint(int field, ulong value)
    {
        Tag(field, ProtoScanner.Varint);
        length += PutVarint(Room(LongestVarint), value);
    }

    internal void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Tag(field, ProtoScanner.Bytes);
        length += PutVarint(Room(LongestVarint), (uint)bytes.Length);
        bytes.CopyTo(Room(bytes.Length));
        length += bytes.Length;
    }

    private void Tag(int field, int wireType) => length += PutVarint(Room(LongestVarint), (uint)(field << 3 | wireType));

    private static int PutVarint(Span<byte> into, ulong value)
    {
        int written = 0;
        for (; value >= 0x80; value >>= 7)
            into[written++] = (byte)(value | 0x80);
        into[written++] = (byte)value;
        return written;
    }

    private Span<byte> Room(int bytes)
    {
        if (length + bytes > buffer.Length)
            Array.Resize(ref buffer, Math.Max(length + bytes, buffer.Length * 2));
        return buffer.AsSpan(length);
    }
}
