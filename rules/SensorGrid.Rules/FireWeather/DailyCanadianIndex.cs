using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.FireWeather;

/// <summary>One of the components of the Canadian index, day by day. A day that is missing leaves the codes as they were.</summary>
internal sealed class DailyCanadianIndex(FireWeatherRule rule, double latitude, double kilometresPerHour) : IDailyIndex
{
    // European Forest Fire Information System: low, moderate, high, very high and extreme begin at these values of the FWI.
    private static readonly double[] ClassesFrom = [5.2, 11.2, 21.3, 38, 50];

    private FireWeatherIndices today = new(rule.Start, 0, 0, 0, 0);
    private FireWeatherDay weather;

    public IEnumerable<EvidenceValue> Evidence =>
    [
        new("ffmc", Rounded(today.Codes.FineFuelMoisture)), new("dmc", Rounded(today.Codes.DuffMoisture)), new("dc", Rounded(today.Codes.Drought)),
        new("isi", Rounded(today.InitialSpread)), new("bui", Rounded(today.Buildup)), new("fwi", Rounded(today.FireWeather)),
        new("dsr", Rounded(today.DailySeverity)), new("danger-class", ClassOf(today.FireWeather)),
        new("temperature", Rounded(weather.Temperature), "Cel"), new("humidity", Rounded(weather.Humidity), "%RH"),
        new("wind", Rounded(weather.WindKilometresPerHour), "km/h"), new("rain", Rounded(weather.RainMillimetres), "mm"),
    ];

    /// <summary>Danger class of an FWI: 1 very low, 2 low, 3 moderate, 4 high, 5 very high, 6 extreme.</summary>
    public static int ClassOf(double fireWeather)
    {
        int danger = 1;
        foreach (double from in ClassesFrom)
            danger += fireWeather >= from ? 1 : 0;
        return danger;
    }

    public double Next(WeatherDay day, bool hasWaited)
    {
        double temperature = day.At(WeatherElement.Temperature, hasWaited);
        double humidity = day.At(WeatherElement.Humidity, hasWaited);
        double wind = day.At(WeatherElement.Wind, hasWaited) * kilometresPerHour;
        double rain = day[WeatherElement.Rain].Sum;
        if (double.IsNaN(temperature + humidity + wind + rain))
            return double.NaN;
        weather = new(day.Month, latitude, temperature, humidity, wind, rain);
        today = CanadianFireWeather.Next(today.Codes, weather, rule.FineFuelScale);
        return Rounded(rule.Index switch
        {
            DailyIndex.FineFuelMoisture => today.Codes.FineFuelMoisture,
            DailyIndex.DuffMoisture => today.Codes.DuffMoisture,
            DailyIndex.Drought => today.Codes.Drought,
            DailyIndex.InitialSpread => today.InitialSpread,
            DailyIndex.Buildup => today.Buildup,
            DailyIndex.FireWeather => today.FireWeather,
            _ => ClassOf(today.FireWeather),
        });
    }

    public void Miss()
    {
        // The codes are carried over as they are.
    }

    public void Restart() => (today, weather) = (new(rule.Start, 0, 0, 0, 0), default);

    public void CopyFrom(IDailyIndex before)
    {
        if (before is DailyCanadianIndex same)
            (today, weather) = (same.today, same.weather);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        ReadOnlySpan<double> all =
        [
            today.Codes.FineFuelMoisture, today.Codes.DuffMoisture, today.Codes.Drought, today.InitialSpread, today.Buildup, today.FireWeather, today.DailySeverity,
            weather.Temperature, weather.Humidity, weather.WindKilometresPerHour, weather.RainMillimetres,
        ];
        foreach (double value in all)
            writer.Double(value);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        var codes = new FireWeatherCodes(reader.Double(), reader.Double(), reader.Double());
        today = new(codes, reader.Double(), reader.Double(), reader.Double(), reader.Double());
        weather = new(0, latitude, reader.Double(), reader.Double(), reader.Double(), reader.Double());
    }

    // So that the last digits of a power do not decide whether a limit is reached.
    private static double Rounded(double value) => Math.Round(value, 4);
}
