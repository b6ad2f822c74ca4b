namespace SensorGrid.Readings.Wire;

/// <summary>Why a payload gave no readings. The words of <see cref="PayloadReasons"/> serve the counter, the log and the console.
/// Numbers are never reused.</summary>
public enum PayloadReason : byte
{
    /// <summary>It was read.</summary>
    None = 0,

    /// <summary>Not well-formed JSON in UTF-8.</summary>
    Json = 1,

    /// <summary>JSON, but not an array.</summary>
    NotArray = 2,

    /// <summary>A field has another type than the format gives it.</summary>
    Type = 3,

    /// <summary>A data value is not base64url.</summary>
    Base64 = 4,

    /// <summary>A record has no name.</summary>
    EmptyName = 5,

    /// <summary>A name has a sign that names may not have.</summary>
    BadName = 6,

    /// <summary>A record has neither a value nor a sum.</summary>
    NoValue = 7,

    /// <summary>A record has two values.</summary>
    MultipleValues = 8,

    /// <summary>A label that must be understood is not.</summary>
    MustUnderstand = 9,

    /// <summary>The version asks for a feature we do not have.</summary>
    UnsupportedVersion = 10,

    /// <summary>The version changes inside the pack.</summary>
    VersionChange = 11,

    /// <summary>A label occurs twice in one record.</summary>
    DuplicateKey = 12,

    /// <summary>A number or time is out of range.</summary>
    NumberRange = 13,

    /// <summary>Nested too deep.</summary>
    TooDeep = 14,

    /// <summary>Too many records.</summary>
    TooManyRecords = 15,

    /// <summary>Too many labels in a record.</summary>
    TooManyFields = 16,

    /// <summary>A name is too long.</summary>
    NameTooLong = 17,

    /// <summary>A string or unit is too long.</summary>
    StringTooLong = 18,

    /// <summary>A data value is too long.</summary>
    DataTooLong = 19,

    /// <summary>The payload is too long.</summary>
    PayloadTooLarge = 20,

    /// <summary>Not well-formed CBOR.</summary>
    Cbor = 21,

    /// <summary>The topic is not one that carries readings.</summary>
    NotReadings = 64,

    /// <summary>A status payload is not the JSON object the status topic carries.</summary>
    BadStatus = 65,

    /// <summary>A payload of frames is not whole frames of its protocol with the right checksums.</summary>
    BrokenFrame = 66,

    /// <summary>Frames of another station than the gateway of the topic.</summary>
    ForeignStation = 67,

    /// <summary>Not line protocol in UTF-8.</summary>
    LineProtocol = 68,

    /// <summary>Not a well-formed payload of Sparkplug B.</summary>
    Sparkplug = 69,

    /// <summary>A payload of Sparkplug B whose metrics nobody can name: no birth of its edge node or device was seen, or an alias is not in it.</summary>
    SparkplugUnresolved = 70,
}

/// <summary>Words for <see cref="PayloadReason"/>.</summary>
public static class PayloadReasons
{
    /// <summary>All reasons a payload can be refused for.</summary>
    public static IReadOnlyList<PayloadReason> All { get; } = [.. Enum.GetValues<PayloadReason>().Where(reason => reason != PayloadReason.None)];

    /// <summary>The reason as counters, logs and the API say it, e.g. <c>bad_name</c>.</summary>
    public static string ToWord(this PayloadReason reason) => reason switch
    {
        PayloadReason.None => "none",
        PayloadReason.Json => "json",
        PayloadReason.NotArray => "not_array",
        PayloadReason.Type => "type",
        PayloadReason.Base64 => "base64",
        PayloadReason.EmptyName => "empty_name",
        PayloadReason.BadName => "bad_name",
        PayloadReason.NoValue => "no_value",
        PayloadReason.MultipleValues => "multiple_values",
        PayloadReason.MustUnderstand => "must_understand",
        PayloadReason.UnsupportedVersion => "unsupported_version",
        PayloadReason.VersionChange => "version_change",
        PayloadReason.DuplicateKey => "duplicate_key",
        PayloadReason.NumberRange => "number_range",
        PayloadReason.TooDeep => "too_deep",
        PayloadReason.TooManyRecords => "too_many_records",
        PayloadReason.TooManyFields => "too_many_fields",
        PayloadReason.NameTooLong => "name_too_long",
        PayloadReason.StringTooLong => "string_too_long",
        PayloadReason.DataTooLong => "data_too_long",
        PayloadReason.PayloadTooLarge => "payload_too_large",
        PayloadReason.Cbor => "cbor",
        PayloadReason.NotReadings => "not_readings",
        PayloadReason.BadStatus => "bad_status",
        PayloadReason.BrokenFrame => "broken_frame",
        PayloadReason.ForeignStation => "foreign_station",
        PayloadReason.LineProtocol => "line_protocol",
        PayloadReason.Sparkplug => "sparkplug",
        PayloadReason.SparkplugUnresolved => "sparkplug_unresolved",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a payload reason."),
    };
}
