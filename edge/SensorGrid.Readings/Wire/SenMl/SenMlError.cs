namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Why a pack is refused. One of these ends the whole pack: nothing of it is taken.</summary>
public enum SenMlError : byte
{
    /// <summary>Not refused.</summary>
    None = 0,

    /// <summary>Not well-formed JSON in UTF-8 (also: cut off, byte order mark, NaN, text after the end).</summary>
    Json = 1,

    /// <summary>JSON, but not an array.</summary>
    NotArray = 2,

    /// <summary>A field, or a record, has another JSON type than SenML gives it.</summary>
    Type = 3,

    /// <summary>A data value is not base64url.</summary>
    Base64 = 4,

    /// <summary>Base name and name together are empty.</summary>
    EmptyName = 5,

    /// <summary>The name has a sign outside <c>A-Z a-z 0-9 - : . / _</c>, or does not begin with a letter or digit.</summary>
    BadName = 6,

    /// <summary>A record has neither a value nor a sum.</summary>
    NoValue = 7,

    /// <summary>A record has two values.</summary>
    MultipleValues = 8,

    /// <summary>A label ends in <c>_</c>, so whoever does not know it must not use the pack.</summary>
    MustUnderstand = 9,

    /// <summary>The version asks for a feature we do not have.</summary>
    UnsupportedVersion = 10,

    /// <summary>A record states another version than the first one.</summary>
    VersionChange = 11,

    /// <summary>A label occurs twice in one record.</summary>
    DuplicateKey = 12,

    /// <summary>A number is outside a double, or a time more than 10^11 s away, or outside the years 1 to 9999.</summary>
    NumberRange = 13,

    /// <summary>Arrays and objects nested deeper than the limit.</summary>
    TooDeep = 14,

    /// <summary>More records than the limit.</summary>
    TooManyRecords = 15,

    /// <summary>More labels in one record than the limit.</summary>
    TooManyFields = 16,

    /// <summary>A name longer than the limit.</summary>
    NameTooLong = 17,

    /// <summary>A string or unit longer than the limit.</summary>
    StringTooLong = 18,

    /// <summary>A data value longer than the limit.</summary>
    DataTooLong = 19,

    /// <summary>The payload is longer than the limit.</summary>
    PayloadTooLarge = 20,

    /// <summary>Not well-formed CBOR (also: cut off, bytes after the end).</summary>
    Cbor = 21,
}
