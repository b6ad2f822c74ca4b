using System.Buffers;
using System.Text.Json;

namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>What a host application says of itself on <c>spBv1.0/STATE/{host}</c> (Sparkplug 3.0, 6.4.20): JSON, retained; the same with
/// <c>false</c> is its will.</summary>
/// <param name="Online">Whether it is connected.</param>
/// <param name="Timestamp">When it connected, milliseconds since 1970 UTC: the same number in birth and will. 0 in the form of version 2.2.</param>
public readonly record struct SparkplugState(bool Online, long Timestamp)
{
    /// <summary>Most bytes of a state.</summary>
    public const int MaxPayload = 256;

    /// <summary>Writes the payload.</summary>
    public byte[] ToPayload()
    {
        var output = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteBoolean("online", Online);
            json.WriteNumber("timestamp", Timestamp);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload, also the words ONLINE and OFFLINE of version 2.2. Keys it does not know are skipped.</summary>
    /// <returns>False when it is neither.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out SparkplugState state)
    {
        state = default;
        if (payload.Length > MaxPayload)
            return false;
        if (payload.SequenceEqual("ONLINE"u8) || payload.SequenceEqual("OFFLINE"u8))
        {
            state = new(payload.Length == 6, 0);
            return true;
        }
        var json = new Utf8JsonReader(payload);
        try
        {
            return TryReadObject(ref json, out state);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryReadObject(ref Utf8JsonReader json, out SparkplugState state)
    {
        bool? online = null;
        long? timestamp = null;
        state = default;
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isOnline = json.ValueTextEquals("online"u8);
            bool isTimestamp = json.ValueTextEquals("timestamp"u8);
            json.Read();
            if (isOnline && json.TokenType is JsonTokenType.True or JsonTokenType.False)
                online = json.TokenType == JsonTokenType.True;
            else if (isTimestamp && json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long milliseconds))
                timestamp = milliseconds;
            else if (isOnline || isTimestamp)
                return false;
            else
                json.Skip();
        }
        // Reading on to the end finds text after the object.
        while (json.Read()) { }
        state = new(online ?? false, timestamp ?? 0);
        return online is not null && timestamp is not null;
    }
}
