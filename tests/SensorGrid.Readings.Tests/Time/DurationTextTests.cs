using CsCheck;
using SensorGrid.Readings.Time;

namespace SensorGrid.Readings.Tests.Time;

public class DurationTextTests
{
    [Theory]
    [InlineData("0s", 0), InlineData("30s", 30), InlineData("15min", 900), InlineData("1h", 3600), InlineData("2d", 172_800), InlineData("500ms", 0.5)]
    [InlineData("1.5h", 5400), InlineData("1h30min", 5400), InlineData("1d2h3min4s5ms", 93_784.005), InlineData("PT5M", 300), InlineData("PT1H30M", 5400)]
    [InlineData("P1D", 86_400), InlineData("P1DT2H", 93_600), InlineData("P2W", 1_209_600), InlineData("PT0.25S", 0.25), InlineData("PT0S", 0)]
    public void Reads_durations(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)), duration);
    }

    [Theory]
    [InlineData(""), InlineData("5"), InlineData("5m"), InlineData("5 min"), InlineData("min"), InlineData("-5s"), InlineData("5sec"), InlineData("30min1h"), InlineData("1h1h")]
    [InlineData("1.h"), InlineData(".5h"), InlineData("1..5h"), InlineData("1,5h"), InlineData("5S"), InlineData("P"), InlineData("PT"), InlineData("P1M"), InlineData("P1Y")]
    [InlineData("PT1D"), InlineData("P1H"), InlineData("P1DT"), InlineData("pt5m"), InlineData("999999999d"), InlineData("0.00001ms"), InlineData("1e3s")]
    public void Refuses_anything_else(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s"), InlineData(30, "30s"), InlineData(900, "15min"), InlineData(5400, "90min"), InlineData(3600, "1h"), InlineData(172_800, "2d"), InlineData(0.25, "0.25s")]
    public void Writes_the_usual_form(double seconds, string text) => Assert.Equal(text, DurationText.Format(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Reads_back_what_it_writes() =>
        Gen.Long[0, TimeSpan.MaxValue.Ticks].Select(TimeSpan.FromTicks).Sample(
            duration => DurationText.TryParse(DurationText.Format(duration), out var read) && read == duration, iter: 2000, seed: "0000KoJT3F01");
}
