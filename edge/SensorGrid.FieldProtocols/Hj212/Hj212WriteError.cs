namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Why something cannot be written as it is. Nothing is cut short or replaced to make it fit.</summary>
public enum Hj212WriteError : byte
{
    /// <summary>It is written.</summary>
    None,

    /// <summary>A key without signs.</summary>
    EmptyKey,

    /// <summary><c>; , &amp;&amp;</c>, a control sign, a blank at an end, or <c>=</c> in a key, where the standard separates by it; <c>//</c> at the beginning of a value
    /// that is no log.</summary>
    ForbiddenSign,

    /// <summary>A log that holds <c>//</c> or ends with <c>/</c>, with which it would end.</summary>
    LogHoldsItsEnd,

    /// <summary>A header field longer than 64 bytes.</summary>
    FieldTooLong,

    /// <summary>A command code that is not 1000 to 9999, or a packet number outside of its count or above 9999.</summary>
    FieldOutOfRange,

    /// <summary>A segment above 9999 bytes, which four digits cannot say.</summary>
    SegmentTooLong,

    /// <summary>One item alone is longer than a packet may be, so that cutting between items does not help.</summary>
    ItemTooLong,

    /// <summary>A parameter outside of what its command allows.</summary>
    ParameterOutOfRange,
}
