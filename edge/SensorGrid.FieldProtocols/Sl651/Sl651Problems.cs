namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>What can be wrong with parts of a good frame, as stable words for counters and tools. The words at which a body ends early are those of
/// <see cref="Sl651BodyWalker"/>.</summary>
public static class Sl651Problems
{
    /// <summary>A nibble that is no digit. The element is kept as bad.</summary>
    public const string NotBcd = "not_bcd";

    /// <summary>More than eighteen digits. The element is kept as bad.</summary>
    public const string TooManyDigits = "too_many_digits";

    /// <summary>An element that declares no data.</summary>
    public const string EmptyElement = "empty_element";

    /// <summary>Bytes behind the last value of a series that are no whole value.</summary>
    public const string PartialValue = "partial_value";

    /// <summary>An observation time, or a duration, that does not exist. The send time stands in, readings are suspect.</summary>
    public const string BadTime = "bad_time";

    /// <summary>A send time that does not exist. Arrival stands in.</summary>
    public const string BadSendTime = "bad_send_time";

    /// <summary>Data before the first observation time. The send time stands in, readings are suspect.</summary>
    public const string NoObservationTime = "no_observation_time";

    /// <summary>A text of more than 65,535 bytes.</summary>
    public const string TextTooLong = "text_too_long";

    /// <summary>A function that the standard does not have. The body stays raw.</summary>
    public const string UnknownFunction = "unknown_function";

    /// <summary>Packets are missing: what stands before the gap is read.</summary>
    public const string MissingPackets = "missing_packets";

    /// <summary>A report in packets that is longer than allowed: what stands before the bound is read.</summary>
    public const string TooManyPackets = "too_many_packets";

    /// <summary>Bytes behind the frame that are no packet of the same report.</summary>
    public const string TrailingBytes = "trailing_bytes";

    /// <summary>ASCII: a name without a value, or a value without a name.</summary>
    public const string UnpairedWord = "unpaired_word";

    /// <summary>ASCII: a value that is no number. The element is kept as bad.</summary>
    public const string NotANumber = "not_a_number";

    /// <summary>ASCII: a name of more than 64 signs.</summary>
    public const string NameTooLong = "name_too_long";

    /// <summary>ASCII: an address that has not ten hex digits.</summary>
    public const string BadAddress = "bad_address";
}
