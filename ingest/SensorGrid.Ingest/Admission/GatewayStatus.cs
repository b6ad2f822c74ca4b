using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace SensorGrid.Ingest.Admission;

/// <summary>What a gateway says of itself on its status topic: <c>{"online":true,"at":"2026-07-01T08:00:00Z","agent":"…"}</c>.</summary>
/// <param name="Online">Whether it is connected; its will says false.</param>
/// <param name="At">When it said so, by its own clock.</param>
/// <param name="Agent">The program it runs.</param>
public sealed record GatewayStatus(bool Online, DateTimeOffset? At, string? Agent)
{
    /// <summary>Status messages larger than this are refused: it holds three small fields.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Reads a status payload. Unknown fields are skipped, so that agents may say more than we know.</summary>
    public static bool TryRead(in ReadOnlySequence<byte> payload, out GatewayStatus? status)
    {
        status = null;
        if (payload.IsEmpty || payload.Length > MaxBytes)
            return false;
        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 8 });
            return TryRead(ref reader, out status);
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // A string that is not UTF-8.
            return false;
        }
    }

    private static bool TryRead(ref Utf8JsonReader reader, out GatewayStatus? status)
    {
        status = null;
        bool? online = null;
        DateTimeOffset? at = null;
        string? agent = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("online"u8))
            {
                reader.Read();
                if (online is not null || reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    return false;
                online = reader.GetBoolean();
            }
            else if (reader.ValueTextEquals("at"u8))
            {
                reader.Read();
                if (!TryReadTime(ref reader, out at))
                    return false;
            }
            else if (reader.ValueTextEquals("agent"u8))
            {
                reader.Read();
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                    return false;
                agent = reader.GetString() is { } text ? SafeText.Of(text, 64) : null;
            }
            else
            {
                reader.Skip();
            }
        }
        if (online is null || reader.TokenType != JsonTokenType.EndObject || reader.Read())
            return false;
        status = new(online.Value, at, agent);
        return true;
    }

    private static bool TryReadTime(ref Utf8JsonReader reader, out DateTimeOffset? at)
    {
        at = null;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.String)
            return false;
        if (!DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;
        at = time.ToUniversalTime();
        return true;
    }
}
