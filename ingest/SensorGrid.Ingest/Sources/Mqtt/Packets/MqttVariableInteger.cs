namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Variable byte integers: one to four bytes, seven bits each, low first (MQTT 5, 1.5.5; 3.1.1, 2.2.3).</summary>
internal static class MqttVariableInteger
{
    /// <summary>Most that four bytes hold, 256 MiB less one.</summary>
    public const int Max = 268_435_455;

    /// <summary>Longest form in bytes.</summary>
    public const int MaxBytes = 4;

    /// <summary>Bytes of the shortest form.</summary>
    public static int LengthOf(int value) => value switch { < 1 << 7 => 1, < 1 << 14 => 2, < 1 << 21 => 3, _ => 4 };

    /// <summary>Writes the shortest form.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> into, int value)
    {
        int at = 0;
        while (value >= 0x80)
        {
            into[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        into[at++] = (byte)value;
        return at;
    }

    /// <summary>Reads one at the start of a span.</summary>
    /// <param name="from">The bytes that are there.</param>
    /// <param name="value">The number.</param>
    /// <returns>Bytes it took; 0 when it is not whole yet, -1 when four bytes do not end it.</returns>
    public static int Read(ReadOnlySpan<byte> from, out int value)
    {
        value = 0;
        for (int at = 0; at < MaxBytes; at++)
        {
            if (at == from.Length)
                return 0;
            value |= (from[at] & 0x7F) << (7 * at);
            if ((from[at] & 0x80) == 0)
                return at + 1;
        }
        return -1;
    }
}
