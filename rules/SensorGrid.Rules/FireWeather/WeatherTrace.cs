using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.FireWeather;

/// <summary>What one sensor said of one day: its newest value of the hour before the observation, the mean of the hour after it, and highest and sum of the day.</summary>
internal struct WeatherTrace
{
    /// <summary>A value counts as that of the observation for so long before it, and stands in for it for so long after.</summary>
    public const long Near = TimeSpan.TicksPerHour;

    private double atHour;
    private bool hasHour;
    private double sumAfter;
    private int countAfter;
    private double highest;
    private double sum;
    private int count;

    /// <summary>The value at the observation, or NaN.</summary>
    public readonly double AtHour => hasHour ? atHour : double.NaN;

    /// <summary>The mean of the hour after it, or NaN.</summary>
    public readonly double MeanAfter => countAfter == 0 ? double.NaN : sumAfter / countAfter;

    /// <summary>The highest value of the day, or NaN.</summary>
    public readonly double Highest => count == 0 ? double.NaN : highest;

    /// <summary>The sum of the day, or NaN when nothing came.</summary>
    public readonly double Sum => count == 0 ? double.NaN : sum;

    /// <summary>Takes a value, if it is one of the day or of the hour after it.</summary>
    public void Take(long at, double value, long hour)
    {
        if (at <= hour - TimeSpan.TicksPerDay || at > hour + Near)
            return;
        if (at > hour)
        {
            sumAfter += value;
            countAfter++;
            return;
        }
        highest = count == 0 ? value : Math.Max(highest, value);
        sum += value;
        count++;
        if (at > hour - Near)
            (atHour, hasHour) = (value, true);
    }

    public readonly void WriteTo(SnapshotWriter writer)
    {
        writer.Byte(hasHour ? (byte)1 : (byte)0);
        writer.Double(atHour);
        writer.Double(sumAfter);
        writer.Int32(countAfter);
        writer.Double(highest);
        writer.Double(sum);
        writer.Int32(count);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        hasHour = reader.Byte() != 0;
        (atHour, sumAfter, countAfter, highest, sum, count) =
            (reader.Double(), reader.Double(), reader.Int32(), reader.Double(), reader.Double(), reader.Int32());
    }
}
