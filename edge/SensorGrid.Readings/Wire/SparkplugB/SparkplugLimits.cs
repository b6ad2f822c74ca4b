namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>What one payload may cost. Fixed numbers, so that every part of the system refuses the same payloads.</summary>
public static class SparkplugLimits
{
    /// <summary>Bytes of a payload. A birth with 1,000 named metrics has some 50 KiB.</summary>
    public const int Payload = 256 * 1024;

    /// <summary>Bytes of a record: a payload, and as much again for what the host adds to it (names of aliases); what needs more is several records.</summary>
    public const int Record = 2 * Payload;

    /// <summary>Bytes of an inflated payload: no more than one that comes plain, so that compression opens no door.</summary>
    public const int Inflated = Payload;

    /// <summary>Metrics of a payload: as many datastreams as one gateway may have.</summary>
    public const int Metrics = 10_000;

    /// <summary>Bytes of a metric's name.</summary>
    public const int Name = 1024;

    /// <summary>Bytes of a string that becomes a reading.</summary>
    public const int Text = 4 * 1024;

    /// <summary>Bytes of an id in a topic, and of a whole topic.</summary>
    public const int Topic = 256;
}
