using System.Globalization;
using System.Text.Json;
using SensorGrid.Readings;
using SensorGrid.Readings.Time;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>An object as <c>decode</c> prints it, read back. Fields that are absent are null, so that tests can be written short; what is there must be
/// of its kind.</summary>
/// <param name="Station">Station, or null.</param>
/// <param name="Function">Function or command, or null.</param>
/// <param name="Serial">Serial number, or null.</param>
/// <param name="SentAtTicks">Time of sending, UTC ticks, or null.</param>
/// <param name="Readings">The values, in their order.</param>
public sealed record FrameObject(string? Station, string? Function, long? Serial, long? SentAtTicks, IReadOnlyList<FrameValue> Readings)
{
    /// <summary>What <paramref name="name"/> must hold for a frame to be written.</summary>
    /// <exception cref="FrameEncodeException">It is null.</exception>
    public static T Require<T>(T? value, string name, string what)
        where T : struct => value ?? throw new FrameEncodeException(name, $"a frame has one: {what}.");

    /// <inheritdoc cref="Require{T}(T?, string, string)"/>
    public static string Require(string? value, string name, string what) => value ?? throw new FrameEncodeException(name, $"a frame has one: {what}.");

    /// <summary>Reads an object.</summary>
    /// <param name="json">The object.</param>
    /// <param name="protocol">Word of the protocol that it must be of.</param>
    /// <exception cref="FrameEncodeException">It is none that can be written.</exception>
    public static FrameObject Read(JsonElement json, string protocol)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FrameEncodeException("$", "a line is one JSON object, as decode prints it.");
        if (json.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.False)
            throw new FrameEncodeException("ok", "this was no frame when it was decoded, so it says nothing that could be written.");
        if (TextOf(json, "protocol", "protocol") is { } said && said != protocol)
            throw new FrameEncodeException("protocol", $"'{said}' is asked to be written as {protocol}: encode it with its own protocol.");
        var readings = new List<FrameValue>();
        if (json.TryGetProperty("readings", out var list))
        {
            if (list.ValueKind != JsonValueKind.Array)
                throw new FrameEncodeException("readings", "an array of readings is needed.");
            foreach (var item in list.EnumerateArray())
                readings.Add(FrameValue.Read(item, readings.Count));
        }
        return new(TextOf(json, "station", "station"), TextOf(json, "function", "function"), SerialOf(json), TimeOf(json, "sentAt", "sentAt"), readings);
    }

    internal static string? TextOf(JsonElement json, string name, string path)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new FrameEncodeException(path, "a text is needed.");
    }

    internal static long? TimeOf(JsonElement json, string name, string path)
    {
        if (TextOf(json, name, path) is not { } text)
            return null;
        return UtcTimeText.TryParse(text, out var time)
            ? time.UtcTicks
            : throw new FrameEncodeException(path, $"'{text}' is not a time such as 2026-06-30T22:00:36Z.");
    }

    private static long? SerialOf(JsonElement json)
    {
        if (!json.TryGetProperty("serial", out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long serial)
            ? serial
            : throw new FrameEncodeException("serial", "a whole number is needed.");
    }
}

/// <summary>One reading of such an object.</summary>
/// <param name="Index">Which, from 0.</param>
/// <param name="Code">Code of the standard.</param>
/// <param name="Name">Name of the datastream; null when the object does not say it.</param>
/// <param name="Value">Number, boolean, text, position or null.</param>
/// <param name="Unit">Unit; null when the object does not say it.</param>
/// <param name="ObservedAtTicks">UTC ticks; null when the object does not say it: the time of sending.</param>
/// <param name="Quality">Quality; good when the object does not say it, or missing when there is no value.</param>
public sealed record FrameValue(int Index, string Code, string? Name, JsonElement Value, string? Unit, long? ObservedAtTicks, Quality Quality)
{
    /// <summary>Whether there is no value.</summary>
    public bool IsMissing => Value.ValueKind == JsonValueKind.Null;

    /// <summary>Whether the value is a text.</summary>
    public bool IsText => Value.ValueKind == JsonValueKind.String;

    /// <summary>The value as a text.</summary>
    public string Text => IsText ? Value.GetString()! : throw Refuse("value", $"{Code} is a text.");

    /// <summary>The value as a boolean.</summary>
    public bool Boolean => Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refuse("value", $"{Code} is true or false."),
    };

    /// <summary>The value as an exact decimal.</summary>
    public decimal Number => Value.ValueKind == JsonValueKind.Number && decimal.TryParse(Value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
        ? number
        : throw Refuse("value", $"{Code} is a number of at most 28 digits.");

    /// <summary>The value as a whole number.</summary>
    public long Whole(long least, long most) => Number is var number && number == decimal.Truncate(number) && number >= least && number <= most
        ? (long)number
        : throw Refuse("value", $"{Code} is a whole number from {least} to {most}.");

    /// <summary>An error about this reading.</summary>
    public FrameEncodeException Refuse(string field, string message) => new($"readings[{Index}].{field}", message);

    internal static FrameValue Read(JsonElement json, int index)
    {
        string path = $"readings[{index}]";
        if (json.ValueKind != JsonValueKind.Object)
            throw new FrameEncodeException(path, "a reading is an object.");
        string? name = FrameObject.TextOf(json, "name", path + ".name");
        string code = FrameObject.TextOf(json, "code", path + ".code") ?? name
            ?? throw new FrameEncodeException(path + ".code", "a reading has a code.");
        if (!json.TryGetProperty("value", out var value))
            throw new FrameEncodeException(path + ".value", "a reading has a value; null when the station said that it has none.");
        var quality = value.ValueKind == JsonValueKind.Null ? Quality.Missing : Quality.Good;
        if (FrameObject.TextOf(json, "quality", path + ".quality") is { } word && !Enum.TryParse(word, ignoreCase: true, out quality))
            throw new FrameEncodeException(path + ".quality", $"'{word}' is none of good, suspect, estimated, missing and bad.");
        return new(index, code, name, value.Clone(), FrameObject.TextOf(json, "unit", path + ".unit"), FrameObject.TimeOf(json, "observedAt", path + ".observedAt"), quality);
    }
}
