using System.Collections.Frozen;

namespace SensorGrid.FieldProtocols.Hj212.Tables;

/// <summary>Units as the standard prints them, to registered SenML units.</summary>
internal static class Hj212Units
{
    // A printed unit × 10^-shift is the registered one: 1 mg/L is 10^-3 kg/m3.
    private static readonly FrozenDictionary<string, (string Unit, int Shift)> Registered = new Dictionary<string, (string, int)>
    {
        ["mg/L"] = ("kg/m3", -3),
        ["μg/L"] = ("kg/m3", -6),
        ["ng/L"] = ("kg/m3", -9),
        ["mg/m³"] = ("ug/m3", 3),
        ["ng/m³"] = ("ug/m3", -3),
        ["L/s"] = ("l/s", 0),
        ["m³/s"] = ("m3/s", 0),
        ["m³"] = ("m3", 0),
        ["kg"] = ("kg", 0),
        ["m²"] = ("m2", 0),
        ["m/s"] = ("m/s", 0),
        ["℃"] = ("Cel", 0),
        ["%RH"] = ("%RH", 0),
        ["%"] = ("/100", 0),
        ["kPa"] = ("Pa", 3),
        ["°"] = ("deg", 0),
        ["pH"] = ("pH", 0),
        ["dB"] = ("dB", 0),
        ["V"] = ("V", 0),
        ["μS/cm"] = ("S/m", -4),
        ["s"] = ("s", 0),
        ["min"] = ("min", 0),
        ["h"] = ("h", 0),
    }.ToFrozenDictionary();

    /// <summary>The registered unit and the power of ten to it; no unit when the registry has none.</summary>
    public static (string Unit, int Shift) Of(string standardUnit) => Registered.GetValueOrDefault(standardUnit, ("", 0));
}
