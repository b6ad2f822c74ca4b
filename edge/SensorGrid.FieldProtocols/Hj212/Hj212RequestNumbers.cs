namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Request numbers (QN): the time in milliseconds, and one more than the last when the clock has not moved, or moved back.</summary>
internal sealed class Hj212RequestNumbers
{
    private long lastTicks;

    /// <summary>The next, 17 digits.</summary>
    public byte[] Next(long nowTicks)
    {
        lastTicks = Math.Max(nowTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, lastTicks + TimeSpan.TicksPerMillisecond);
        byte[] number = new byte[17];
        Hj212Time.Write(lastTicks, number);
        return number;
    }
}
