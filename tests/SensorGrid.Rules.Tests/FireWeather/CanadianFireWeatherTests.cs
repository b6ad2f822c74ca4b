using SensorGrid.Rules.FireWeather;

namespace SensorGrid.Rules.Tests.FireWeather;

/// <summary>The index against values worked out from the equations of the report with a pocket calculator's care: in order FFMC, DMC, DC, ISI, BUI, FWI.</summary>
public sealed class CanadianFireWeatherTests
{
    // The report prints its first day with one decimal: 87.7 8.5 19.0 10.9 8.5 10.1.
    private static readonly (double[] Weather, double[] Expected)[] Ottawa =
    [
        ([17, 42, 25, 0], [87.693, 8.545, 19.014, 10.854, 8.490, 10.096, 1.629]),
        ([20, 21, 25, 2.4], [86.248, 10.411, 23.568, 8.838, 10.364, 9.284, 1.404]),
        ([8.5, 40, 17, 0], [86.967, 11.807, 26.052, 6.539, 11.748, 7.583, 0.982]),
        ([6.5, 25, 6, 0], [88.829, 13.189, 28.176, 4.903, 13.114, 6.160, 0.679]),
        ([13, 34, 24, 0], [89.101, 15.445, 31.470, 12.631, 15.346, 14.846, 3.223]),
        ([6, 40, 22, 0.4], [88.657, 16.478, 33.504, 10.713, 16.377, 13.471, 2.714]),
    ];

    private static readonly (double[] Weather, double[] Expected)[] Zhanjiang =
    [
        ([24, 45, 15, 0], [88.33, 8.07, 19.02, 7.18, 8.04, 6.86]),
        ([25, 40, 18, 0], [89.81, 10.41, 23.23, 10.34, 10.36, 10.59]),
        ([26, 35, 22, 0], [91.02, 13.04, 27.61, 15.03, 12.96, 15.72]),
        ([20, 85, 20, 6.4], [52.91, 7.63, 22.48, 0.62, 8.26, 0.34]),
        ([22, 60, 12, 0], [76.53, 9.01, 26.14, 1.54, 9.68, 0.91]),
    ];

    [Fact]
    public void The_days_of_the_report_come_out_to_a_hundredth() => AssertDays(Ottawa, month: 4, latitude: 45);

    [Fact]
    public void A_dry_then_a_wet_winter_in_the_tropics_goes_by_the_day_lengths_there() => AssertDays(Zhanjiang, month: 1, latitude: 21.2);

    [Fact]
    public void The_day_lengths_of_Canada_would_understate_the_winter_of_the_tropics()
    {
        var codes = FireWeatherCodes.Start;
        FireWeatherIndices indices = default;
        foreach (var (weather, _) in Zhanjiang.Take(3))
        {
            indices = CanadianFireWeather.Next(codes, Day(weather, month: 1, latitude: 46));
            codes = indices.Codes;
        }
        Assert.Equal(11.80, codes.DuffMoisture, 0.01);
        Assert.Equal(15.07, indices.FireWeather, 0.01);
    }

    [Fact]
    public void Later_programs_have_another_constant_and_a_slightly_lower_first_day()
    {
        var indices = CanadianFireWeather.Next(FireWeatherCodes.Start, Day([17, 42, 25, 0], month: 4, latitude: 45), fineFuelScale: 250 * 59.5 / 101);
        Assert.Equal(87.65, indices.Codes.FineFuelMoisture, 0.01);
        Assert.Equal(10.04, indices.FireWeather, 0.01);
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(4, 10)]
    [InlineData(10, 4)]
    public void South_of_the_tropics_a_month_dries_as_the_one_half_a_year_away_does_in_the_drought_code(int month, int opposite)
    {
        var dry = new double[] { 20, 30, 10, 0 };
        var south = CanadianFireWeather.Next(FireWeatherCodes.Start, Day(dry, month, latitude: -35));
        var north = CanadianFireWeather.Next(FireWeatherCodes.Start, Day(dry, opposite, latitude: 35));
        Assert.Equal(north.Codes.Drought, south.Codes.Drought, 1e-9);
    }

    [Fact]
    public void Codes_stay_in_their_range_whatever_the_weather()
    {
        var random = new Random(20261125);
        var codes = FireWeatherCodes.Start;
        for (int day = 0; day < 20_000; day++)
        {
            double rain = random.Next(3) == 0 ? random.NextDouble() * 300 : 0;
            var weather = new FireWeatherDay(
                random.Next(1, 13), (random.NextDouble() * 180) - 90, (random.NextDouble() * 85) - 40, random.NextDouble() * 100, random.NextDouble() * 120, rain);
            var indices = CanadianFireWeather.Next(codes, weather);
            codes = indices.Codes;
            Assert.InRange(codes.FineFuelMoisture, 0, 101);
            Assert.True(codes.DuffMoisture >= 0 && double.IsFinite(codes.DuffMoisture), $"{weather}: {indices}");
            Assert.True(codes.Drought >= 0 && double.IsFinite(codes.Drought), $"{weather}: {indices}");
            Assert.True(indices is { InitialSpread: >= 0, Buildup: >= 0, FireWeather: >= 0, DailySeverity: >= 0 }, $"{weather}: {indices}");
        }
    }

    [Theory]
    [InlineData(0, 45, 20, 50, 10, 0)]
    [InlineData(13, 45, 20, 50, 10, 0)]
    [InlineData(4, 91, 20, 50, 10, 0)]
    [InlineData(4, 45, double.NaN, 50, 10, 0)]
    [InlineData(4, 45, 20, 101, 10, 0)]
    [InlineData(4, 45, 20, 50, -1, 0)]
    [InlineData(4, 45, 20, 50, 10, -0.1)]
    [InlineData(4, 45, 20, 50, 10, double.NaN)]
    public void Weather_that_cannot_be_is_refused(int month, double latitude, double temperature, double humidity, double wind, double rain) =>
        Assert.Throws<ArgumentOutOfRangeException>("day", () => CanadianFireWeather.Next(FireWeatherCodes.Start, new(month, latitude, temperature, humidity, wind, rain)));

    private static void AssertDays((double[] Weather, double[] Expected)[] days, int month, double latitude)
    {
        var codes = FireWeatherCodes.Start;
        foreach (var (weather, expected) in days)
        {
            var indices = CanadianFireWeather.Next(codes, Day(weather, month, latitude));
            codes = indices.Codes;
            double[] actual =
            [
                codes.FineFuelMoisture, codes.DuffMoisture, codes.Drought, indices.InitialSpread, indices.Buildup, indices.FireWeather, indices.DailySeverity,
            ];
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 0.01);
        }
    }

    private static FireWeatherDay Day(double[] weather, int month, double latitude) => new(month, latitude, weather[0], weather[1], weather[2], weather[3]);
}
