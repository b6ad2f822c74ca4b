namespace SensorGrid.FieldProtocols.Tests;

public sealed class BeijingTimeTests
{
    [Fact]
    public void Local_times_are_eight_hours_ahead_of_utc()
    {
        Assert.True(BeijingTime.TryToUtc(2026, 7, 1, 6, 0, 36, out long ticks));
        Assert.Equal(new DateTime(2026, 6, 30, 22, 0, 36).Ticks, ticks);
        Assert.Equal(new DateTime(2026, 7, 1, 6, 0, 36), BeijingTime.FromUtc(ticks));
    }

    [Theory]
    [InlineData(2026, 2, 29, 0, 0, 0)]
    [InlineData(2026, 13, 1, 0, 0, 0)]
    [InlineData(2026, 0, 1, 0, 0, 0)]
    [InlineData(2026, 1, 0, 0, 0, 0)]
    [InlineData(2026, 1, 1, 24, 0, 0)]
    [InlineData(2026, 1, 1, 0, 60, 0)]
    [InlineData(2026, 1, 1, 0, 0, 60)]
    [InlineData(2026, 1, 1, -1, 0, 0)]
    [InlineData(0, 1, 1, 0, 0, 0)]
    public void A_time_that_does_not_exist_is_none(int year, int month, int day, int hour, int minute, int second) =>
        Assert.False(BeijingTime.TryToUtc(year, month, day, hour, minute, second, out _));

    [Theory]
    [InlineData(3113, 1, 311.3)]
    [InlineData(1287, 2, 12.87)]
    [InlineData(-345, 3, -0.345)]
    [InlineData(5, -3, 5000)]
    [InlineData(9007199254740991, 3, 9007199254740.991)]
    public void Digits_become_the_nearest_double(long digits, int decimals, double expected) =>
        Assert.Equal(expected, DecimalNumber.ToDouble(digits, decimals));
}
