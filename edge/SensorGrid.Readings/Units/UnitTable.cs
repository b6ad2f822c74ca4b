namespace SensorGrid.Readings.Units;

/// <summary>The registered units as data. The order gives the stored numbers: add at the end of a later list, never insert.</summary>
internal static class UnitTable
{
    /// <summary>RFC 8428 §12.1, then the additions of RFC 8798 §2.</summary>
    public static readonly string[] Primary =
    [
        "m", "kg", "g", "s", "A", "K", "cd", "mol", "Hz", "rad", "sr", "N", "Pa", "J", "W", "C", "V", "F", "Ohm", "S", "Wb", "T", "H",
        "Cel", "lm", "lx", "Bq", "Gy", "Sv", "kat", "m2", "m3", "l", "m/s", "m/s2", "m3/s", "l/s", "W/m2", "cd/m2", "bit", "bit/s",
        "lat", "lon", "pH", "dB", "dBW", "Bspl", "count", "/", "%", "%RH", "%EL", "EL", "1/s", "1/min", "beat/min", "beats", "S/m",
        "B", "VA", "VAs", "var", "vars", "J/m", "kg/m3", "deg",
    ];

    /// <summary>RFC 8798 §3: value × multiplier / divisor + offset = value in the primary unit.</summary>
    public static readonly (string Name, string Primary, double Multiplier, double Divisor, double Offset)[] Secondary =
    [
        ("ms", "s", 1, 1000, 0), ("min", "s", 60, 1, 0), ("h", "s", 3600, 1, 0), ("MHz", "Hz", 1e6, 1, 0), ("kW", "W", 1000, 1, 0),
        ("kVA", "VA", 1000, 1, 0), ("kvar", "var", 1000, 1, 0), ("Ah", "C", 3600, 1, 0), ("Wh", "J", 3600, 1, 0),
        ("kWh", "J", 3.6e6, 1, 0), ("varh", "vars", 3600, 1, 0), ("kvarh", "vars", 3.6e6, 1, 0), ("kVAh", "VAs", 3.6e6, 1, 0),
        ("Wh/km", "J/m", 3.6, 1, 0), ("KiB", "B", 1024, 1, 0), ("GB", "B", 1e9, 1, 0), ("MB/s", "bit/s", 8e6, 1, 0),
        ("mV", "V", 1, 1000, 0), ("mA", "A", 1, 1000, 0), ("dBm", "dBW", 1, 1, -30), ("ug/m3", "kg/m3", 1, 1e9, 0),
        ("mm/h", "m/s", 1, 3.6e6, 0), ("m/h", "m/s", 1, 3600, 0), ("ppm", "/", 1, 1e6, 0), ("/100", "/", 1, 100, 0),
        ("/1000", "/", 1, 1000, 0), ("hPa", "Pa", 100, 1, 0), ("mm", "m", 1, 1000, 0), ("cm", "m", 1, 100, 0), ("km", "m", 1000, 1, 0),
        ("km/h", "m/s", 1, 3.6, 0), ("Mbit/s", "bit/s", 1e6, 1, 0), ("B/s", "bit/s", 8, 1, 0),
    ];

    /// <summary>Primary names that are an exact multiple of another primary name.</summary>
    public static readonly (string Name, string Primary, double Multiplier, double Divisor)[] Multiples =
    [
        ("g", "kg", 1, 1000), ("l", "m3", 1, 1000), ("l/s", "m3/s", 1, 1000), ("1/min", "1/s", 1, 60),
    ];
}
