namespace SensorGrid.Storage.Rollups;

/// <summary>Readings of one datastream, in order of time, into minutes, and minutes into hours.</summary>
/// <param name="minuteDone">Given each minute that had a row, when it is complete.</param>
/// <param name="hourDone">Given each hour that had a row, when it is complete.</param>
internal sealed class RollupFold(Action<RollupUnit> minuteDone, Action<RollupUnit> hourDone)
{
    private RollupUnit? minute;
    private RollupUnit? hour;

    /// <param name="observedTicks">When; not before the one before.</param>
    /// <param name="value">What.</param>
    /// <param name="counts">Whether the value is a number that may be added up.</param>
    public void Add(long observedTicks, double value, bool counts)
    {
        long start = RollupLength.StartOf(observedTicks, RollupLength.Minute);
        if (minute?.StartTicks != start)
        {
            EndMinute();
            minute = new(start);
        }
        if (!counts)
            return;
        var unit = minute!.Value;
        unit.Add(observedTicks, value);
        minute = unit;
    }

    /// <summary>Gives what is begun and is ready for the next datastream.</summary>
    public void End()
    {
        EndMinute();
        EndHour();
    }

    private void EndMinute()
    {
        if (minute is not { } done)
            return;
        minute = null;
        long start = RollupLength.StartOf(done.StartTicks, RollupLength.Hour);
        if (hour?.StartTicks != start)
        {
            EndHour();
            hour = new(start);
        }
        minuteDone(done);
        var unit = hour!.Value;
        unit.Add(done);
        hour = unit;
    }

    private void EndHour()
    {
        if (hour is { } done)
            hourDone(done);
        hour = null;
    }
}
