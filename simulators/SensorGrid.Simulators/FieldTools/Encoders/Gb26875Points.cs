using System.Globalization;
using SensorGrid.FieldProtocols.Gb26875;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>What readings of GB 26875 are about, out of their names, and their values as they are sent.</summary>
internal static class Gb26875Points
{
    /// <summary>The system that a reading is about.</summary>
    public static FireSystem System(FrameValue reading)
    {
        string[] parts = (reading.Name ?? "").Split('/');
        return parts is ["system", var kind, var address, ..] && byte.TryParse(kind, NumberStyles.None, CultureInfo.InvariantCulture, out byte of) &&
            byte.TryParse(address, NumberStyles.None, CultureInfo.InvariantCulture, out byte at)
            ? new(of, at)
            : throw reading.Refuse("name", "which system it is stands in the name: system/TYPE/ADDRESS/….");
    }

    /// <summary>The part that a reading is about.</summary>
    public static FirePart Part(FrameValue reading)
    {
        string[] parts = (reading.Name ?? "").Split('/');
        return parts is ["part", var kind, var address, var part, var place, ..] && byte.TryParse(kind, NumberStyles.None, CultureInfo.InvariantCulture, out byte of) &&
            byte.TryParse(address, NumberStyles.None, CultureInfo.InvariantCulture, out byte at) &&
            byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out byte partType) && place.Length == 2 * PartAddress.Bytes && place.All(char.IsAsciiHexDigit)
            ? new(new(of, at), partType, PartAddress.Read(Convert.FromHexString(place)))
            : throw reading.Refuse("name", "which part it is stands in the name: part/SYSTEM TYPE/SYSTEM ADDRESS/PART TYPE/EIGHT HEX DIGITS/….");
    }

    /// <summary>An analog value: its type, and the whole number of that type's steps.</summary>
    public static (byte Type, short Raw) Analog(FrameValue reading)
    {
        if (!byte.TryParse(reading.Code.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out byte analog))
            throw reading.Refuse("code", $"'{reading.Code}' is no analog type from 3.0 to 3.255.");
        decimal steps = reading.Number;
        if (AnalogTypes.Find(analog) is { } known)
            steps = ScaledDecimal.Shift(steps, known.Decimals - known.UnitShift);
        return steps == decimal.Truncate(steps) && steps is >= short.MinValue and <= short.MaxValue
            ? (analog, (short)steps)
            : throw reading.Refuse("value", $"{reading.Code} is a whole number of the type's steps, of 16 bits.");
    }
}
