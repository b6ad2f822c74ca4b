using SensorGrid.Rules.FireWeather;

namespace SensorGrid.Rules.Tests.FireWeather;

public sealed class ChineseFireWeatherGradeTests
{
    [Theory]
    [InlineData(5, 0)]
    [InlineData(5.1, 4)]
    [InlineData(15, 8)]
    [InlineData(25, 16)]
    [InlineData(25.1, 20)]
    public void Temperature_counts_by_steps_of_five_degrees(double temperature, int points) =>
        Assert.Equal(points, ChineseFireWeatherGrade.PointsOf(new(temperature, 80, 0, 0, 0)));

    [Theory]
    [InlineData(65, 0)]
    [InlineData(64, 4)]
    [InlineData(45, 8)]
    [InlineData(25, 16)]
    [InlineData(24, 20)]
    public void Dry_air_counts(double humidity, int points) => Assert.Equal(points, ChineseFireWeatherGrade.PointsOf(new(0, humidity, 0, 0, 0)));

    [Theory]
    [InlineData(0.2, 0)]
    [InlineData(0.3, 5)]
    [InlineData(3.4, 15)]
    [InlineData(17.1, 35)]
    [InlineData(17.2, 40)]
    [InlineData(60, 40)]
    public void Wind_counts_by_its_force(double wind, int points) => Assert.Equal(points, ChineseFireWeatherGrade.PointsOf(new(0, 80, wind, 0, 0)));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(10, 50)]
    [InlineData(40, 50)]
    public void Days_without_rain_count_up_to_ten(int days, int points) => Assert.Equal(points, ChineseFireWeatherGrade.PointsOf(new(0, 80, 0, 0, days)));

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.1, -25)]
    [InlineData(9.9, -25)]
    [InlineData(10, -30)]
    [InlineData(75, -50)]
    public void Rain_is_taken_off(double rain, int points) => Assert.Equal(points, ChineseFireWeatherGrade.PointsOf(new(0, 80, 0, rain, 0)));

    [Theory]
    [InlineData(0, 80, 0, 5, 25, 1)]
    [InlineData(5.1, 80, 0, 5, 29, 2)]
    [InlineData(0, 80, 0, 10, 50, 2)]
    [InlineData(5.1, 80, 0, 10, 54, 3)]
    [InlineData(10.1, 60, 0.3, 11, 67, 3)]
    [InlineData(15.1, 60, 0.3, 11, 71, 3)]
    [InlineData(20.1, 60, 0.3, 11, 75, 4)]
    [InlineData(25.1, 24, 0, 12, 90, 4)]
    [InlineData(25.1, 24, 0.3, 12, 95, 5)]
    public void Grades_begin_at_26_51_73_and_91_points(double temperature, double humidity, double wind, int days, int points, int grade)
    {
        var day = new FireWeatherGradeDay(temperature, humidity, wind, 0, days);
        Assert.Equal((points, grade), (ChineseFireWeatherGrade.PointsOf(day), ChineseFireWeatherGrade.GradeOf(day)));
    }

    [Theory]
    [InlineData(double.NaN, 50, 1, 0, 0)]
    [InlineData(20, 101, 1, 0, 0)]
    [InlineData(20, 50, -1, 0, 0)]
    [InlineData(20, 50, 1, double.NaN, 0)]
    [InlineData(20, 50, 1, 0, -1)]
    public void Weather_that_cannot_be_is_refused(double temperature, double humidity, double wind, double rain, int days) =>
        Assert.Throws<ArgumentOutOfRangeException>("day", () => ChineseFireWeatherGrade.GradeOf(new(temperature, humidity, wind, rain, days)));

    [Fact]
    public void Antecedent_rain_fades_by_a_share_a_day()
    {
        double index = 0;
        foreach (double rain in new[] { 100.0, 0, 20, 0 })
            index = AntecedentRain.Next(index, rain);
        // ((100 × 0.85) × 0.85 + 20) × 0.85
        Assert.Equal(78.4125, index, 1e-9);
        Assert.Throws<ArgumentOutOfRangeException>("share", () => AntecedentRain.Next(1, 1, share: 1));
        Assert.Throws<ArgumentOutOfRangeException>("rainMillimetres", () => AntecedentRain.Next(1, double.NaN));
    }
}
