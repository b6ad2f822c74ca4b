namespace SensorGrid.FieldProtocols.Hj212.Tables;

/// <summary>Field information (HJ 212-2017 table B.6): <c>i</c>, the device (1 instrument, 2 logger, 3 auxiliary), the kind (1 log, 2 state, 3 parameter), three signs.
/// Provinces define further numbers: they are known by device and kind.</summary>
internal static class Hj212InstrumentFactors
{
    private static readonly string[] Devices = ["", "instrument", "logger", "auxiliary equipment"];

    private static readonly string[] Kinds = ["", "log", "state", "parameter"];

    private static readonly Dictionary<string, (string Quantity, string Unit)> Named = new(StringComparer.Ordinal)
    {
        ["I11001"] = ("instrument log", ""),
        ["I21001"] = ("logger log", ""),
        ["I31001"] = ("auxiliary equipment log", ""),
        ["I12001"] = ("instrument state", ""),
        ["I12002"] = ("instrument link state", ""),
        ["I12003"] = ("instrument alarm", ""),
        ["I13001"] = ("measuring range", ""),
        ["I13002"] = ("measuring precision", ""),
        ["I13003"] = ("measuring interval", "min"),
        ["I13004"] = ("digestion temperature", "℃"),
        ["I13005"] = ("digestion time", "min"),
        ["I13006"] = ("time of calibration", ""),
        ["I13007"] = ("intercept", ""),
        ["I13008"] = ("slope", ""),
        ["I13009"] = ("detection limit", ""),
        ["I22001"] = ("logger state", ""),
        ["I22002"] = ("logger user", ""),
        ["I22003"] = ("host link state", ""),
        ["I22101"] = ("channel link state", ""),
        ["I23001"] = ("local pressure", ""),
        ["I32001"] = ("door state", ""),
        ["I33001"] = ("sample line temperature", "℃"),
        ["I33002"] = ("condenser temperature", "℃"),
        ["I33101"] = ("station temperature", "℃"),
        ["I33102"] = ("station humidity", "%RH"),
        ["I33103"] = ("station voltage", "V"),
        ["I33104"] = ("water pressure", ""),
        ["I33105"] = ("water pressure", ""),
        ["I33106"] = ("water pressure", ""),
        ["I33107"] = ("washing time", ""),
        ["I33200"] = ("power", ""),
        ["I33201"] = ("power", ""),
        ["I33202"] = ("power", ""),
        ["I33400"] = ("load", ""),
    };

    public static Hj212Factor? Find(string code)
    {
        if (code.Length != 6 || code[0] != 'I' || code[1] is < '1' or > '3' || code[2] is < '1' or > '3' || !code.All(char.IsAsciiLetterOrDigit))
            return null;
        if (Named.TryGetValue(code, out var named))
            return new(named.Quantity, named.Unit);
        // i3331x to i3334x: furnace temperatures.
        return code.StartsWith("I333", StringComparison.Ordinal) && code[4] is >= '1' and <= '4'
            ? new("furnace temperature", "℃")
            : new($"{Devices[code[1] - '0']} {Kinds[code[2] - '0']}", "");
    }
}
