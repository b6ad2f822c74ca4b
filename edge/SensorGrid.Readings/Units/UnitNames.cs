namespace SensorGrid.Readings.Units;

/// <summary>Finds the registered unit somebody probably meant.</summary>
internal static class UnitNames
{
    private static readonly Dictionary<string, string> Habits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["degC"] = "Cel", ["°C"] = "Cel", ["℃"] = "Cel", ["C°"] = "Cel", ["celsius"] = "Cel", ["lux"] = "lx", ["metre"] = "m", ["meter"] = "m",
        ["metres"] = "m", ["meters"] = "m", ["sec"] = "s", ["second"] = "s", ["seconds"] = "s", ["mps"] = "m/s", ["m3/sec"] = "m3/s",
        ["m³/s"] = "m3/s", ["cumecs"] = "m3/s", ["m³"] = "m3", ["m²"] = "m2", ["µg/m3"] = "ug/m3", ["μg/m3"] = "ug/m3", ["µg/m³"] = "ug/m3",
        ["μg/m³"] = "ug/m3", ["RH"] = "%RH", ["rh%"] = "%RH", ["degree"] = "deg", ["degrees"] = "deg", ["°"] = "deg", ["volt"] = "V", ["mbar"] = "hPa",
        ["kmh"] = "km/h", ["kph"] = "km/h", ["W/m²"] = "W/m2", ["m/s²"] = "m/s2", ["ohm"] = "Ohm", ["Ω"] = "Ohm",
    };

    /// <summary>The unit meant; null when the name is like none.</summary>
    public static string? Meant(string name) =>
        Habits.GetValueOrDefault(name) ??
        UnitRegistry.Names.FirstOrDefault(known => string.Equals(known, name.Trim(), StringComparison.OrdinalIgnoreCase));
}
