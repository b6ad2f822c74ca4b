namespace SensorGrid.Readings;

/// <summary>How far a reading may be trusted. Numbers are stored and sent; they are never reused.</summary>
public enum Quality : byte
{
    /// <summary>Nothing speaks against it.</summary>
    Good = 0,

    /// <summary>Kept and shown, but a check speaks against it (unit not understood, clock out of tolerance …).</summary>
    Suspect = 1,

    /// <summary>Computed or filled in, not measured.</summary>
    Estimated = 2,

    /// <summary>The sensor said "no value" (a sentinel such as -9999). Never read as 0.</summary>
    Missing = 3,

    /// <summary>Outside what the sensor or physics allows. Never replaced by the previous value.</summary>
    Bad = 4,
}
