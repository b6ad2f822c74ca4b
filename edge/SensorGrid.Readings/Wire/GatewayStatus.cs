using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace SensorGrid.Readings.Wire;

/// <summary>What a gateway says on its status topic: <c>{"online":true,"at":"2026-05-01T08:00:00Z","agent":"…"}</c>.
/// Retained; the same with <c>false</c> is the gateway's will.</summary>
/// <param name="Online">Whether it is connected.</param>
/// <param name="AtTicks">When it said so, UTC ticks by its own clock; null when not given. In a will this is the time of connecting.</param>
/// <param name="Agent">Program and version, for people; null when not given.</param>
public readonly record struct GatewayStatus(bool Online, long? AtTicks, string? Agent)
{
    /// <summary>Most bytes of a status payload.</summary>
    public const int MaxPayload = 1024;

    /// <summary>Most characters of <see cref="Agent"/>.</summary>
    public const int MaxAgent = 128;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 3 };

    /// <summary>Reads a status payload. Keys it does not know are skipped.</summary>
    /// <returns><see cref="PayloadReason.None"/>, <see cref="PayloadReason.BadStatus"/>, <see cref="PayloadReason.Json"/>,
    /// <see cref="PayloadReason.DuplicateKey"/> or <see cref="PayloadReason.PayloadTooLarge"/>.</returns>
    public static PayloadReason Read(ReadOnlySpan<byte> payload, out GatewayStatus status)
    {
        status = default;
        if (payload.Length > MaxPayload)
            return PayloadReason.PayloadTooLarge;
        var json = new Utf8JsonReader(payload, Strict);
        try
        {
            return ReadObject(ref json, out status);
        }
        catch (JsonException)
        {
            return PayloadReason.Json;
        }
        catch (InvalidOperationException)
        {
            // A string whose escapes are not text (a surrogate alone).
            return PayloadReason.Json;
        }
    }

    /// <summary>Writes the payload.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteBoolean("online", Online);
        if (AtTicks is { } at)
            json.WriteString("at", new DateTime(at, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        if (Agent is not null)
            json.WriteString("agent", Agent);
        json.WriteEndObject();
    }

    private static PayloadReason ReadObject(ref Utf8JsonReader json, out GatewayStatus status)
    {
        status = default;
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return PayloadReason.BadStatus;
        bool? online = null;
        long? at = null;
        string? agent = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("online"u8))
            {
                json.Read();
                if (online is not null)
                    return PayloadReason.DuplicateKey;
                if (json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    return PayloadReason.BadStatus;
                online = json.GetBoolean();
            }
            else if (json.ValueTextEquals("at"u8))
            {
                json.Read();
                if (at is not null)
                    return PayloadReason.DuplicateKey;
                if (json.TokenType != JsonTokenType.String || !json.TryGetDateTimeOffset(out var time))
                    return PayloadReason.BadStatus;
                at = time.UtcTicks;
            }
            else if (json.ValueTextEquals("agent"u8))
            {
                json.Read();
                if (agent is not null)
                    return PayloadReason.DuplicateKey;
                if (json.TokenType != JsonTokenType.String || json.GetString() is not { Length: <= MaxAgent } text)
                    return PayloadReason.BadStatus;
                agent = text;
            }
            else
            {
                json.Skip();
            }
        }
        // Reading on to the end finds text after the object.
        while (json.Read()) { }
        if (online is null)
            return PayloadReason.BadStatus;
        status = new(online.Value, at, agent);
        return PayloadReason.None;
    }
}
