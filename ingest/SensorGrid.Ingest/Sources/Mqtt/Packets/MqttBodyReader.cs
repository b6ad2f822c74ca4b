using System.Buffers.Binary;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Reads the fields of a body that lies in one piece, one after the other. Each answers false when the body ends before it.</summary>
internal ref struct MqttBodyReader(ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> body = body;

    /// <summary>Bytes read.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => body[Position..];

    /// <summary>True at the end.</summary>
    public readonly bool IsAtEnd => Position == body.Length;

    public bool TryRead(out byte value)
    {
        if (Position == body.Length)
        {
            value = 0;
            return false;
        }
        value = body[Position++];
        return true;
    }

    /// <summary>Two bytes, high first.</summary>
    public bool TryRead(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(Rest, out value))
            return false;
        Position += 2;
        return true;
    }

    /// <summary>Four bytes, high first.</summary>
    public bool TryRead(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(Rest, out value))
            return false;
        Position += 4;
        return true;
    }

    /// <summary>Two bytes of length and that many bytes: binary data, or a string that is not checked yet.</summary>
    public bool TryRead(out ReadOnlySpan<byte> value)
    {
        value = default;
        var rest = Rest;
        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out ushort length) || rest.Length - 2 < length)
            return false;
        value = rest.Slice(2, length);
        Position += 2 + length;
        return true;
    }

    /// <summary>So many bytes.</summary>
    public bool TryRead(int length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (Rest.Length < length)
            return false;
        value = Rest[..length];
        Position += length;
        return true;
    }

    /// <summary>A variable byte integer in its shortest form.</summary>
    public MqttViolation ReadVariable(out int value)
    {
        int length = MqttVariableInteger.Read(Rest, out value);
        if (length <= 0)
            return length == 0 ? MqttViolation.BodyTooShort : MqttViolation.VariableIntegerTooLong;
        Position += length;
        return length == MqttVariableInteger.LengthOf(value) ? MqttViolation.None : MqttViolation.VariableIntegerNotMinimal;
    }
}
