using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace SensorGrid.Alarms;

/// <summary>The commands of the log that can change alarms, at once or later: their types and payloads.</summary>
public static class AlarmCommands
{
    /// <summary>Puts a catalogue into force. Payload: a <see cref="Readings.Catalogue.SourceBundle"/>.</summary>
    public const string ActivateCatalogue = "catalogue.activate";

    /// <summary>Puts rules into force. Payload: a <see cref="Readings.Catalogue.SourceBundle"/>.</summary>
    public const string ActivateRules = "rules.activate";

    /// <summary>A person has seen an alarm. Payload: <c>{"alarm":id,"note":text|null}</c>; the principal is the person.</summary>
    public const string AcknowledgeAlarm = "alarm.acknowledge";

    /// <summary>Puts a zone elsewhere. Payload: see <see cref="Readings.Catalogue.ZoneMove"/>.</summary>
    public const string MoveZone = "zone.move";

    /// <summary>The service started: the first record it appends. The log's time between the record before and this one was not watched.
    /// No payload.</summary>
    public const string ServiceStarted = "service.started";

    /// <summary>The machine's clock was set. What the log's time went on since the record before never passed, and from here on it may be ahead of the
    /// gateways'. Payload: <c>{"aheadMilliseconds":number}</c>.</summary>
    public const string ClockStepped = "clock.stepped";

    /// <summary>A person gave a command to a station of a field protocol: kept for the record, before it goes out; changes no alarm. Payload:
    /// <c>{"protocol":word,"station":address,"command":word,"arguments":[text…]}</c>; the principal is the person.</summary>
    public const string CommandStation = "station.command";

    /// <summary>How a command to a station ended: kept for the record, changes no alarm. Payload:
    /// <c>{"given":sequence of the record of its giving,"protocol":word,"station":address,"command":word,"outcome":word,"detail":text|null,"answer":text|null,"readings":number}</c>.
    /// A command without one, given before the service started again, ended nobody knows how.</summary>
    public const string StationCommandEnded = "station.command.ended";

    /// <summary>Somebody handed over an official warning of an authority. It stands beside alarms and changes none. Payload: one CAP 1.2 message as it
    /// came; the principal is who handed it over.</summary>
    public const string ReceiveWarning = "warning.receive";

    /// <summary>The payload of <see cref="ClockStepped"/>.</summary>
    /// <param name="ahead">By how much the log's time may be ahead of the gateways'.</param>
    public static byte[] ClockStep(TimeSpan ahead)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("aheadMilliseconds", (long)ahead.TotalMilliseconds);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads the payload of <see cref="ClockStepped"/>.</summary>
    internal static bool TryReadClockStep(ReadOnlySpan<byte> payload, out TimeSpan ahead)
    {
        ahead = default;
        if (!TryReadObject(payload, out var command) || !command.TryGetProperty("aheadMilliseconds", out var value)
            || value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long milliseconds)
            || milliseconds < 0 || milliseconds > (long)TimeSpan.MaxValue.TotalMilliseconds)
            return false;
        ahead = TimeSpan.FromTicks(milliseconds * TimeSpan.TicksPerMillisecond);
        return true;
    }

    /// <summary>The payload of <see cref="AcknowledgeAlarm"/>.</summary>
    public static byte[] Acknowledge(string alarm, string? note)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("alarm", alarm);
            json.WriteString("note", note);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads the payload of <see cref="AcknowledgeAlarm"/>.</summary>
    internal static bool TryReadAcknowledge(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out string? alarm, out string? note)
    {
        (alarm, note) = (null, null);
        if (!TryReadObject(payload, out var command))
            return false;
        alarm = TextOf(command, "alarm", out bool isText) is { Length: > 0 } id && isText ? id : null;
        note = TextOf(command, "note", out bool noteIsText);
        return alarm is not null && noteIsText;
    }

    private static bool TryReadObject(ReadOnlySpan<byte> payload, out JsonElement command)
    {
        command = default;
        try
        {
            var reader = new Utf8JsonReader(payload);
            if (!JsonElement.TryParseValue(ref reader, out var parsed) || parsed is not { ValueKind: JsonValueKind.Object } found)
                return false;
            command = found;
            // Anything after the value is not ours.
            return reader.BytesConsumed == payload.Length || payload[(int)reader.BytesConsumed..].Trim(" \t\r\n"u8).IsEmpty;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? TextOf(JsonElement command, string name, out bool isTextOrNothing)
    {
        isTextOrNothing = true;
        if (!command.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        isTextOrNothing = value.ValueKind == JsonValueKind.String;
        return isTextOrNothing ? value.GetString() : null;
    }
}
