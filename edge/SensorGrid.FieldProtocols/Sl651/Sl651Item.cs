namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>What stands at one place of a body.</summary>
public enum Sl651ItemKind : byte
{
    /// <summary>F1 F1: whose data follow; with the class of the station where the function has one.</summary>
    StationAddress,

    /// <summary>F0 F0: when the data that follow were true.</summary>
    ObservationTime,

    /// <summary>An element with one value.</summary>
    Element,

    /// <summary>F4 to FC: twelve values of five minutes each.</summary>
    Slots,

    /// <summary>04: the step of what follows.</summary>
    Step,

    /// <summary>An element with values up to the end.</summary>
    Series,

    /// <summary>F2 F2: text up to the end.</summary>
    Text,

    /// <summary>F3 F3: a JPEG up to the end.</summary>
    Picture,

    /// <summary>FD: bulk velocities, in a layout of the maker's.</summary>
    Bulk,

    /// <summary>A configuration parameter with its data.</summary>
    Parameter,

    /// <summary>An identifier with its definition: asked for.</summary>
    Requested,

    /// <summary>Begin and end of a period asked for: two times of four BCD bytes.</summary>
    Period,

    /// <summary>Text behind its length.</summary>
    Version,

    /// <summary>32 counters of two bytes.</summary>
    Events,

    /// <summary>State bytes behind their number: one bit for each unit, the lowest first.</summary>
    Switches,

    /// <summary>Number of gates, a bit for each, an opening in two BCD bytes for each.</summary>
    Gates,

    /// <summary>FF on, 00 off.</summary>
    Quota,

    /// <summary>97 00 or 98 00 of a command.</summary>
    Marker,
}

/// <summary>One item of a body.</summary>
public readonly ref struct Sl651Item
{
    /// <summary>What it is.</summary>
    public Sl651ItemKind Kind { get; init; }

    /// <summary>Identifier: 01 to FE, or FF00 to FFFF where two bytes are one; 0 where the kind has none.</summary>
    public int Code { get; init; }

    /// <summary>Definition byte, or the marker that stands in its place.</summary>
    public Sl651Definition Definition { get; init; }

    /// <summary>Class of the station (附录 A) behind its address; 0 when the function has none.</summary>
    public byte StationClass { get; init; }

    /// <summary>Where the item begins, from the beginning of the body.</summary>
    public int Offset { get; init; }

    /// <summary>Its data, without identifier and definition.</summary>
    public ReadOnlySpan<byte> Data { get; init; }
}
