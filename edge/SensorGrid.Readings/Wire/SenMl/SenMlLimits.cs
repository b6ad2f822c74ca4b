namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>What one pack may cost. Fixed numbers, so that every part of the system refuses the same packs.</summary>
public static class SenMlLimits
{
    /// <summary>Bytes of a payload: far above any honest pack, small enough to buffer for every connection.</summary>
    public const int Payload = 64 * 1024;

    /// <summary>Records of a pack, those that only set the base included.</summary>
    public const int Records = 1000;

    /// <summary>Labels of one record: SenML has 14, the rest is for extensions.</summary>
    public const int Fields = 64;

    /// <summary>Bytes of a resolved name.</summary>
    public const int Name = 255;

    /// <summary>Bytes of a unit; the longest registered one has 8.</summary>
    public const int Unit = 64;

    /// <summary>Bytes of a string value.</summary>
    public const int Text = 4 * 1024;

    /// <summary>Bytes of a data value, decoded.</summary>
    public const int Data = 16 * 1024;

    /// <summary>Nesting: the pack, its records, and one array or object inside an extension.</summary>
    public const int Depth = 3;

    /// <summary>Seconds of a single time or base time, so that decimal arithmetic stays exact.</summary>
    public const long TimeSeconds = 100_000_000_000;
}
