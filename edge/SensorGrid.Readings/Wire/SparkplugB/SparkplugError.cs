namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Why a payload is refused. One of these ends the whole payload: nothing of it is taken. Numbers are never reused.</summary>
public enum SparkplugError : byte
{
    /// <summary>Not refused.</summary>
    None = 0,

    /// <summary>The payload, or the message around the field, ends inside a number.</summary>
    Truncated = 1,

    /// <summary>A varint of more than ten bytes, or of more than 64 bits; a tag of more than 32 bits.</summary>
    VarintOverflow = 2,

    /// <summary>A length reaches beyond the end of the payload, or of the message around it.</summary>
    LengthBeyondEnd = 3,

    /// <summary>A field of the format has another wire type than the format gives it.</summary>
    WrongWireType = 4,

    /// <summary>A wire type that proto2 senders do not use (groups) or that does not exist.</summary>
    UnknownWireType = 5,

    /// <summary>Field number 0.</summary>
    FieldNumber = 6,

    /// <summary>A name or string is not UTF-8.</summary>
    Text = 7,

    /// <summary>More metrics than <see cref="SparkplugLimits.Metrics"/>.</summary>
    TooManyMetrics = 8,

    /// <summary>A name longer than <see cref="SparkplugLimits.Name"/>.</summary>
    NameTooLong = 9,

    /// <summary>The payload is longer than <see cref="SparkplugLimits.Payload"/>.</summary>
    PayloadTooLarge = 10,

    /// <summary>A compressed payload whose <c>algorithm</c> is neither GZIP nor DEFLATE.</summary>
    UnknownAlgorithm = 11,

    /// <summary>A compressed body that cannot be inflated, or ends early.</summary>
    Compression = 12,

    /// <summary>A compressed body that inflates to more than <see cref="SparkplugLimits.Inflated"/>.</summary>
    InflatedTooLarge = 13,

    /// <summary>A compressed payload inside a compressed payload.</summary>
    NestedCompression = 14,
}
