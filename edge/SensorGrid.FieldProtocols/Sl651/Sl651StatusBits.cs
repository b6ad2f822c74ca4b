namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Bits of the status word 45 20 (表 58) as booleans with names of their own. Door and pump are inverted in the standard (0 is open, 0 is running), so
/// they are turned round: true is what their name says.</summary>
internal static class Sl651StatusBits
{
    /// <summary>Bits that the standard names; the others are in the word.</summary>
    public const int Count = 12;

    /// <summary>What the bits must be crossed with, so that 1 is what the name says.</summary>
    public const uint Inverted = (1 << 7) | (1 << 10);

    private static readonly (string Name, string Quantity)[] Table =
    [
        ("mains-lost", "mains supply lost"), ("battery-low", "battery voltage low"), ("level-alarm", "level beyond its limit"),
        ("flow-alarm", "flow beyond its limit"), ("quality-alarm", "water quality beyond its limit"), ("flow-fault", "flow instrument fault"),
        ("level-fault", "level instrument fault"), ("door-open", "cabinet door open"), ("memory-fault", "memory fault"), ("card-active", "IC card active"),
        ("pump-running", "pump running"), ("water-limit", "remaining water at its limit"),
    ];

    /// <summary>One for each bit, the lowest first: <c>ZT.mains-lost</c> …</summary>
    public static readonly FieldElement[] Elements =
        [.. Table.Select((bit, index) => new FieldElement($"45.{index}", "ZT." + bit.Name, bit.Quantity, "", ""))];
}
