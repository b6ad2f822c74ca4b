namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Times of SenML as the project keeps them.</summary>
internal static class SenMlTimes
{
    /// <summary>Rounds ticks to the nearest microsecond, halves away from zero.</summary>
    public static long ToMicroseconds(long ticks)
    {
        long rest = ticks % TimeSpan.TicksPerMicrosecond;
        ticks -= rest;
        return rest >= 5 ? ticks + TimeSpan.TicksPerMicrosecond : rest <= -5 ? ticks - TimeSpan.TicksPerMicrosecond : ticks;
    }
}
