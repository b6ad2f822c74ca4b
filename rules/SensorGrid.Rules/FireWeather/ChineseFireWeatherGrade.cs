namespace SensorGrid.Rules.FireWeather;

/// <summary>The weather of one day as the grade takes it.</summary>
/// <param name="MaximumTemperature">Degrees Celsius, the day's highest.</param>
/// <param name="Humidity">Relative humidity at 14 h, %.</param>
/// <param name="WindMetresPerSecond">The day's strongest wind, m/s.</param>
/// <param name="RainMillimetres">Rain of the day, mm.</param>
/// <param name="DaysWithoutRain">Whole days since the last rain; 0 on a day with rain.</param>
public readonly record struct FireWeatherGradeDay(
    double MaximumTemperature, double Humidity, double WindMetresPerSecond, double RainMillimetres, int DaysWithoutRain);

/// <summary>Forest fire weather grade 森林火险气象等级: 1 (lowest, green) to 5 (highest, red), the other way round than warning levels. Points for temperature, humidity,
/// days without rain and wind, less those for rain. Boundaries of the grades: LY/T 1172-95. Points: the regional form of Lü Weiwei et al., World Journal of Forestry
/// 2020, 9(3), doi 10.12677/wjf.2020.93016; the standard's own tables differ in scale and take their place when a province gives them.</summary>
public static class ChineseFireWeatherGrade
{
    /// <summary>Where the points come from.</summary>
    public const string Source = "Lü Weiwei et al., World Journal of Forestry 2020, 9(3), doi 10.12677/wjf.2020.93016; grades LY/T 1172-95";

    private const int PointsOfTemperature = 4;
    private const int PointsOfHumidity = 4;
    private const int PointsOfDay = 5;
    private const int PointsOfForce = 5;
    private const int MostDays = 10;

    private static readonly double[] TemperaturesAbove = [5, 10, 15, 20, 25];
    private static readonly double[] HumiditiesBelow = [65, 55, 45, 35, 25];
    // Lower limits of wind force 1 to 8.
    private static readonly double[] Winds = [0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2];
    // Lower limits of the rain classes, mm, each with its deduction. The first and the last are the paper's; those between are evenly spaced by us.
    private static readonly (double From, int Points)[] Rains = [(0.1, 25), (10, 30), (25, 35), (50, 40), (75, 50)];
    private static readonly int[] GradesFrom = [26, 51, 73, 91];

    /// <summary>The points of a day.</summary>
    /// <param name="day">The weather.</param>
    public static int PointsOf(FireWeatherGradeDay day)
    {
        if (!(day.Humidity is >= 0 and <= 100 && day.WindMetresPerSecond >= 0 && day.RainMillimetres >= 0 && day.DaysWithoutRain >= 0 && double.IsFinite(day.MaximumTemperature)))
            throw new ArgumentOutOfRangeException(nameof(day), day, "Humidity is 0 to 100 %, wind, rain and days are not negative, and none is missing.");
        int temperature = 0, humidity = 0, wind = 0, rain = 0;
        foreach (double limit in TemperaturesAbove)
            temperature += day.MaximumTemperature > limit ? PointsOfTemperature : 0;
        foreach (double limit in HumiditiesBelow)
            humidity += day.Humidity < limit ? PointsOfHumidity : 0;
        foreach (double limit in Winds)
            wind += day.WindMetresPerSecond >= limit ? PointsOfForce : 0;
        foreach (var (from, points) in Rains)
            rain = day.RainMillimetres >= from ? points : rain;
        int days = PointsOfDay * Math.Min(day.DaysWithoutRain, MostDays);
        return temperature + humidity + days + wind - rain;
    }

    /// <summary>The grade of a day, 1 to 5.</summary>
    /// <param name="day">The weather.</param>
    public static int GradeOf(FireWeatherGradeDay day)
    {
        int points = PointsOf(day);
        int grade = 1;
        foreach (int from in GradesFrom)
            grade += points >= from ? 1 : 0;
        return grade;
    }
}
