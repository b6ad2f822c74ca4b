using System.Globalization;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.Simulators.FieldTools.Desk;

/// <summary>Words for functions, so that nobody need know the numbers.</summary>
internal static class FunctionNames
{
    /// <summary>What a function is; null when the standard does not say.</summary>
    public static string? Of(FieldProtocol protocol, string function) => protocol switch
    {
        FieldProtocol.Sl651 => byte.TryParse(function, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code) && ((Sl651Function)code).IsKnown()
            ? Words(((Sl651Function)code).ToString())
            : null,
        FieldProtocol.Hj212 => int.TryParse(function, NumberStyles.None, CultureInfo.InvariantCulture, out int command) ? Hj212Command.Find(command)?.Name : null,
        FieldProtocol.Gb26875 => OfGb26875(function.Split('/')),
        _ => null,
    };

    private static string? OfGb26875(string[] parts)
    {
        if (!byte.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out byte command) || !Enum.IsDefined((Gb26875Command)command))
            return null;
        string name = Words(((Gb26875Command)command).ToString());
        return parts.Length == 2 && byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out byte type) && Enum.IsDefined((Gb26875UnitType)type)
            ? $"{name} {Words(((Gb26875UnitType)type).ToString())}"
            : name;
    }

    // QueryCurrent → query current.
    private static string Words(string name) =>
        string.Concat(name.Select((sign, index) => char.IsUpper(sign) ? (index > 0 ? " " : "") + char.ToLowerInvariant(sign) : sign.ToString()));
}
