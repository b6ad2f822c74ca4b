namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>A time of which one kind of data is asked for, piece by piece: an hour of minutes, a day of hours, a month of days, ten minutes of real-time data. Periods are
/// named by their beginning, so the first piece begins with the period that holds the first instant.</summary>
internal sealed class Hj212Refill
{
    private const int MostFailures = 3;
    private readonly long untilTicks;
    private readonly long pieceTicks;
    private long nextTicks;
    private int failures;

    public Hj212Refill(string station, int command, long fromTicks, long untilTicks)
    {
        Station = station;
        Command = command;
        this.untilTicks = untilTicks;
        pieceTicks = PieceOf(command).Ticks;
        long unit = UnitOf(command).Ticks;
        // Days are those of Beijing.
        long local = fromTicks + BeijingTime.OffsetTicks;
        nextTicks = local - local % unit - BeijingTime.OffsetTicks;
    }

    public string Station { get; }

    public int Command { get; }

    /// <summary>Not before this.</summary>
    public long NotBeforeTicks { get; private set; } = long.MinValue;

    public bool IsDone => nextTicks >= untilTicks;

    /// <summary>The piece to be asked for, ends included.</summary>
    public (long BeginTicks, long EndTicks) Piece =>
        (nextTicks, Math.Max(nextTicks, Math.Min(nextTicks + pieceTicks, untilTicks) - TimeSpan.TicksPerSecond));

    /// <summary>The piece came, or there was nothing in it.</summary>
    public void Came()
    {
        nextTicks += pieceTicks;
        failures = 0;
    }

    /// <summary>The station could not; false when it failed too often.</summary>
    public bool TryAgain(long notBeforeTicks)
    {
        NotBeforeTicks = notBeforeTicks;
        return ++failures < MostFailures;
    }

    /// <summary>Whether pieces of this command can be asked for.</summary>
    public static bool IsPossible(int command) => command is 2011 or 2031 or 2041 or 2051 or 2061;

    private static TimeSpan PieceOf(int command) => command switch
    {
        2011 => TimeSpan.FromMinutes(10),
        2051 => TimeSpan.FromHours(1),
        2061 => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(31),
    };

    private static TimeSpan UnitOf(int command) => command switch
    {
        2011 => TimeSpan.FromSeconds(1),
        2051 or 2061 => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };
}
