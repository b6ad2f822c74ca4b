using System.Buffers.Binary;
using System.Text;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Writes fields one after the other into a span that was measured before.</summary>
internal ref struct MqttFieldWriter(Span<byte> into)
{
    private readonly Span<byte> into = into;

    /// <summary>Bytes written.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes of a string or binary field: its length takes two.</summary>
    public static int SizeOf(string text) => 2 + Encoding.UTF8.GetByteCount(text);

    public void Byte(byte value) => into[Position++] = value;

    public void TwoBytes(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(into[Position..], value);
        Position += 2;
    }

    public void FourBytes(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(into[Position..], value);
        Position += 4;
    }

    public void Variable(int value) => Position += MqttVariableInteger.Write(into[Position..], value);

    public void Text(string text)
    {
        int length = Encoding.UTF8.GetBytes(text, into[(Position + 2)..]);
        TwoBytes((ushort)length);
        Position += length;
    }

    public void Binary(scoped ReadOnlySpan<byte> bytes)
    {
        TwoBytes((ushort)bytes.Length);
        Bytes(bytes);
    }

    public void Bytes(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(into[Position..]);
        Position += bytes.Length;
    }

    public void Property(MqttPropertyId id, byte value)
    {
        Byte((byte)id);
        Byte(value);
    }

    public void Property(MqttPropertyId id, ushort value)
    {
        Byte((byte)id);
        TwoBytes(value);
    }

    public void Property(MqttPropertyId id, uint value)
    {
        Byte((byte)id);
        FourBytes(value);
    }

    public void Property(MqttPropertyId id, string value)
    {
        Byte((byte)id);
        Text(value);
    }
}
