namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>A gap of one station on its way to being filled: 38H for each element and each piece of hours.</summary>
internal sealed class Sl651Refill
{
    private const int MostFailures = 2;
    private readonly string station;
    private readonly List<int> codes;
    private readonly long untilTicks;
    private readonly Sl651CentreOptions options;
    private long at;
    private int code;
    private int asked;
    private int failures;

    /// <param name="station">Its address.</param>
    /// <param name="codes">Elements to ask for.</param>
    /// <param name="fromTicks">Inclusive; asked from its full hour.</param>
    /// <param name="untilTicks">Exclusive; asked up to the full hour at or after it.</param>
    /// <param name="options">Step and size of pieces.</param>
    public Sl651Refill(string station, int[] codes, long fromTicks, long untilTicks, Sl651CentreOptions options)
    {
        (this.station, this.codes, this.options) = (station, [.. codes], options);
        at = fromTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour;
        this.untilTicks = (untilTicks + TimeSpan.TicksPerHour - 1) / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour;
    }

    /// <summary>The next query; false when all was asked.</summary>
    public bool TryNext(out Sl651Command? command)
    {
        command = null;
        if (code >= codes.Count)
            (code, at) = (0, Math.Min(at + options.RefillHours * TimeSpan.TicksPerHour, untilTicks));
        if (at >= untilTicks || codes.Count == 0)
            return false;
        long end = Math.Min(at + options.RefillHours * TimeSpan.TicksPerHour, untilTicks);
        asked = codes[code++];
        command = Sl651Command.QueryPeriod(station, at, end, options.RefillStep, asked);
        return true;
    }

    /// <summary>How the query went; false when the station answers none and the rest is not asked. An element that it does not answer is not asked again: it
    /// reports what it measures, and need not store all of it.</summary>
    public bool TellOutcome(Sl651CommandOutcome outcome)
    {
        if (outcome == Sl651CommandOutcome.Answered)
        {
            failures = 0;
            return true;
        }
        codes.Remove(asked);
        code--;
        failures++;
        return failures < MostFailures;
    }
}
