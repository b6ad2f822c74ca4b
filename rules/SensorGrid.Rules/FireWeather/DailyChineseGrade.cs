using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.FireWeather;

/// <summary>The Chinese fire weather grade, day by day: carries over how many days had no rain. A day that is missing is not counted as dry.</summary>
internal sealed class DailyChineseGrade(double metresPerSecond) : IDailyIndex
{
    // Less is no rain day in the statistics of the weather service (GB/T 28592-2012: light rain begins at 0.1 mm).
    private const double LeastRain = 0.1;

    private FireWeatherGradeDay weather;
    private int points;
    private int grade = 1;

    public IEnumerable<EvidenceValue> Evidence =>
    [
        new("grade", grade), new("points", points), new("days-without-rain", weather.DaysWithoutRain), new("max-temperature", weather.MaximumTemperature, "Cel"),
        new("humidity", weather.Humidity, "%RH"), new("max-wind", weather.WindMetresPerSecond, "m/s"), new("rain", weather.RainMillimetres, "mm"),
    ];

    public double Next(WeatherDay day, bool hasWaited)
    {
        double temperature = day[WeatherElement.Temperature].Highest;
        double humidity = day.At(WeatherElement.Humidity, hasWaited);
        double wind = day[WeatherElement.Wind].Highest * metresPerSecond;
        double rain = Math.Round(day[WeatherElement.Rain].Sum, 4);
        if (double.IsNaN(temperature + humidity + wind + rain))
            return double.NaN;
        weather = new(temperature, humidity, Math.Round(wind, 4), rain, rain >= LeastRain ? 0 : weather.DaysWithoutRain + 1);
        points = ChineseFireWeatherGrade.PointsOf(weather);
        grade = ChineseFireWeatherGrade.GradeOf(weather);
        return grade;
    }

    public void Miss()
    {
        // What is not known to have been dry does not make the grade higher.
    }

    public void Restart() => (weather, points, grade) = (default, 0, 1);

    public void CopyFrom(IDailyIndex before)
    {
        if (before is DailyChineseGrade same)
            (weather, points, grade) = (same.weather, same.points, same.grade);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Double(weather.MaximumTemperature);
        writer.Double(weather.Humidity);
        writer.Double(weather.WindMetresPerSecond);
        writer.Double(weather.RainMillimetres);
        writer.Int32(weather.DaysWithoutRain);
        writer.Int32(points);
        writer.Int32(grade);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        weather = new(reader.Double(), reader.Double(), reader.Double(), reader.Double(), reader.Int32());
        (points, grade) = (reader.Int32(), reader.Int32());
    }
}
