using System.Text;

namespace SensorGrid.Readings.Units;

/// <summary>The SenML units (RFC 8428 §12.1, RFC 8798) as byte-sized numbers, and the conversions between them.
/// Numbers are stored; they are never reused and new units go to the end of the list.</summary>
/// <remarks>
/// A unit converts to another when both have the same primary unit: value × scale + offset = primary.
/// <c>%</c> converts to nothing: the registry says ratio, the field means percent, so nobody can know.
/// </remarks>
public static class UnitRegistry
{
    /// <summary>No unit was given.</summary>
    public const byte None = 0;

    /// <summary>A unit was given that the registry does not hold.</summary>
    public const byte Unknown = 255;

    // Every registered name has at most 8 bytes, so a name is one 64-bit number and a look-up is one multiplication.
    private const int LongestName = 8;
    private const int SlotBits = 9;

    private static readonly Unit[] Units = Build();
    private static readonly (ulong Name, byte Id)[] Slots = BuildSlots();

    /// <summary>The unit of latitudes.</summary>
    public static byte Latitude { get; } = IdOf("lat");

    /// <summary>The unit of longitudes.</summary>
    public static byte Longitude { get; } = IdOf("lon");

    /// <summary>All registered units, in the order of their numbers (1, 2, 3 …).</summary>
    public static IEnumerable<string> Names => Units.Skip(1).Select(unit => unit.Name);

    /// <summary>Number of a unit name in UTF-8; names are case-sensitive.</summary>
    /// <returns><see cref="None"/> for an empty name, <see cref="Unknown"/> when not registered.</returns>
    public static byte IdOf(ReadOnlySpan<byte> utf8Name)
    {
        if (utf8Name.Length == 0)
            return None;
        byte id = utf8Name.Length > LongestName ? Unknown : Find(Pack(utf8Name));
        // Packing hides NUL bytes at the end, so the length decides too.
        return id != Unknown && Units[id].Utf8Name.Length == utf8Name.Length ? id : Unknown;
    }

    /// <summary>Number of a unit name; names are case-sensitive.</summary>
    /// <returns><see cref="None"/> for an empty name, <see cref="Unknown"/> when not registered.</returns>
    public static byte IdOf(ReadOnlySpan<char> name)
    {
        Span<byte> utf8 = stackalloc byte[LongestName];
        return Encoding.UTF8.TryGetBytes(name, utf8, out int length) ? IdOf(utf8[..length]) : Unknown;
    }

    /// <summary>Number of a unit name; names are case-sensitive. Null and empty give <see cref="None"/>.</summary>
    public static byte IdOf(string? name) => IdOf(name.AsSpan());

    /// <summary>Name of a number; empty for <see cref="None"/> and <see cref="Unknown"/>.</summary>
    public static string NameOf(byte id) => id < Units.Length ? Units[id].Name : "";

    /// <summary>Name of a number in UTF-8; empty for <see cref="None"/> and <see cref="Unknown"/>.</summary>
    public static ReadOnlySpan<byte> Utf8NameOf(byte id) => id < Units.Length ? Units[id].Utf8Name : default;

    /// <summary>True for units that a pack may only use with SenML version 26 (RFC 8798 §3).</summary>
    public static bool IsSecondary(byte id) => id < Units.Length && Units[id].Secondary;

    /// <summary>Converts a value, when both units are registered and measure the same thing.</summary>
    /// <param name="from">Unit of <paramref name="value"/>.</param>
    /// <param name="to">Unit wanted.</param>
    /// <param name="value">The value.</param>
    /// <param name="converted">The value in <paramref name="to"/>; unchanged when the units are equal.</param>
    public static bool TryConvert(byte from, byte to, double value, out double converted)
    {
        converted = value;
        if (from == to)
            return from is not (None or Unknown);
        if (from == None || to == None || from >= Units.Length || to >= Units.Length)
            return false;
        ref readonly var source = ref Units[from];
        ref readonly var target = ref Units[to];
        if (source.Primary != target.Primary)
            return false;
        // Scales below one are kept as divisors, so that 25 mm is 0.025 m and not 0.025000000000000001.
        double primary = value * source.Multiplier / source.Divisor + source.Offset;
        converted = (primary - target.Offset) * target.Divisor / target.Multiplier;
        return true;
    }

    private static byte Find(ulong name)
    {
        for (uint slot = SlotOf(name); ; slot = (slot + 1) & ((1 << SlotBits) - 1))
        {
            var (held, id) = Slots[slot];
            if (held == name)
                return id;
            if (held == 0)
                return Unknown;
        }
    }

    private static ulong Pack(ReadOnlySpan<byte> name)
    {
        ulong packed = 0;
        for (int i = name.Length - 1; i >= 0; i--)
            packed = (packed << 8) | name[i];
        return packed;
    }

    private static uint SlotOf(ulong name) => (uint)((name * 0x9E3779B97F4A7C15) >> (64 - SlotBits));

    private static (ulong, byte)[] BuildSlots()
    {
        var slots = new (ulong Name, byte Id)[1 << SlotBits];
        for (int id = 1; id < Units.Length; id++)
        {
            ulong name = Pack(Units[id].Utf8Name);
            uint slot = SlotOf(name);
            while (slots[slot].Name != 0)
                slot = (slot + 1) & ((1 << SlotBits) - 1);
            slots[slot] = (name, (byte)id);
        }
        return slots;
    }

    private static Unit[] Build()
    {
        var units = new List<Unit> { new("", "", 1, 1, 0, false) };
        foreach (string name in UnitTable.Primary)
            units.Add(new(name, name, 1, 1, 0, false));
        foreach (var (name, primary, multiplier, divisor, offset) in UnitTable.Secondary)
            units.Add(new(name, primary, multiplier, divisor, offset, true));
        // Primary names that the registry does not recommend but that are exact multiples of one it does.
        foreach (var (name, primary, multiplier, divisor) in UnitTable.Multiples)
            units[units.FindIndex(unit => unit.Name == name)] = new(name, primary, multiplier, divisor, 0, false);
        return [.. units];
    }

    private readonly struct Unit(string name, string primary, double multiplier, double divisor, double offset, bool secondary)
    {
        public readonly string Name = name;
        public readonly byte[] Utf8Name = Encoding.UTF8.GetBytes(name);
        public readonly string Primary = primary;
        public readonly double Multiplier = multiplier;
        public readonly double Divisor = divisor;
        public readonly double Offset = offset;
        public readonly bool Secondary = secondary;
    }
}
