namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Editions of the standard, by the version bits of the flag. Version 2 was sent years before 2025 by surface-water stations, so it alone says little.</summary>
public enum Hj212Edition : byte
{
    /// <summary>HJ/T 212-2005, also when a packet has no flag.</summary>
    Hjt2005 = 0,

    /// <summary>HJ 212-2017.</summary>
    Hj2017 = 1,

    /// <summary>HJ 212-2025.</summary>
    Hj2025 = 2,
}

/// <summary>The flag of a packet (6.3.2, table 4): <c>| V5 V4 V3 V2 V1 V0 | D | A |</c>.</summary>
/// <param name="Value">0 to 255.</param>
public readonly record struct Hj212Flag(byte Value)
{
    /// <summary>Version bits.</summary>
    public int Version => Value >> 2;

    /// <summary>Packet number and count stand in the packet. Both ways wrong in the field: believe the fields.</summary>
    public bool IsSplit => (Value & 2) != 0;

    /// <summary>An answer is wanted.</summary>
    public bool WantsAnswer => (Value & 1) != 0;

    /// <summary>The flag of these.</summary>
    public static Hj212Flag Of(Hj212Edition edition, bool wantsAnswer = false, bool isSplit = false) =>
        new((byte)(((int)edition << 2) | (isSplit ? 2 : 0) | (wantsAnswer ? 1 : 0)));
}
