using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.FireWeather;

/// <summary>What is measured.</summary>
internal enum WeatherElement
{
    Temperature,
    Humidity,
    Wind,
    Rain,
}

/// <summary>The weather of one day while its readings come in.</summary>
internal sealed class WeatherDay(ObservationHour hour)
{
    private readonly WeatherTrace[] traces = new WeatherTrace[4];

    /// <summary>Which day it is; <see cref="ObservationHour.DayOf"/>.</summary>
    public long Day { get; private set; }

    public long Hour => hour.InstantOf(Day);

    public int Month => ObservationHour.MonthOf(Day);

    public ref readonly WeatherTrace this[WeatherElement element] => ref traces[(int)element];

    public void Begin(long day)
    {
        Day = day;
        Array.Clear(traces);
    }

    public void Take(WeatherElement element, long at, double value) => traces[(int)element].Take(at, value, Hour);

    public void Forget(WeatherElement element) => traces[(int)element] = default;

    /// <summary>The value at the hour; when there is none and enough was waited, the mean of the hour after.</summary>
    public double At(WeatherElement element, bool hasWaited)
    {
        double value = this[element].AtHour;
        return double.IsNaN(value) && hasWaited ? this[element].MeanAfter : value;
    }

    public void CopyFrom(WeatherDay other)
    {
        Day = other.Day;
        other.traces.CopyTo(traces, 0);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Int64(Day);
        foreach (ref readonly var trace in traces.AsSpan())
            trace.WriteTo(writer);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        Day = reader.Int64();
        for (int i = 0; i < traces.Length; i++)
            traces[i].ReadFrom(ref reader);
    }
}
