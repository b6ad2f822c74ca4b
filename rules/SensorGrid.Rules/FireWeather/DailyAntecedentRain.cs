using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.FireWeather;

/// <summary>The antecedent rain index, day by day. The ground dries on a day that is missing too: what fell on it is not known and counts as none.</summary>
internal sealed class DailyAntecedentRain(double share) : IDailyIndex
{
    private double wetness;
    private double rainOfDay;

    public IEnumerable<EvidenceValue> Evidence => [new("antecedent-rain", Math.Round(wetness, 4), "mm"), new("rain", rainOfDay, "mm")];

    public double Next(WeatherDay day, bool hasWaited)
    {
        double rain = Math.Round(day[WeatherElement.Rain].Sum, 4);
        if (double.IsNaN(rain))
            return double.NaN;
        rainOfDay = rain;
        wetness = AntecedentRain.Next(wetness, rain, share);
        return Math.Round(wetness, 4);
    }

    public void Miss() => wetness = AntecedentRain.Next(wetness, 0, share);

    public void Restart() => (wetness, rainOfDay) = (0, 0);

    public void CopyFrom(IDailyIndex before)
    {
        if (before is DailyAntecedentRain same)
            (wetness, rainOfDay) = (same.wetness, same.rainOfDay);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Double(wetness);
        writer.Double(rainOfDay);
    }

    public void ReadFrom(ref SnapshotReader reader) => (wetness, rainOfDay) = (reader.Double(), reader.Double());
}
