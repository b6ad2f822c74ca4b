using Microsoft.Extensions.Time.Testing;
using SensorGrid.Readings.Time;

namespace SensorGrid.Readings.Tests.Time;

public class ScaledTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2015, 12, 26, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Origin = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Runs_from_its_start_at_its_speed()
    {
        var wall = new FakeTimeProvider(Origin);
        var clock = new ScaledTimeProvider(wall, Start, Origin, 1440);
        Assert.Equal(Start, clock.GetUtcNow());
        wall.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Start.AddMinutes(24), clock.GetUtcNow());
        wall.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(Start.AddDays(1), clock.GetUtcNow());
    }

    [Fact]
    public void Two_processes_with_the_same_three_values_agree()
    {
        var wall = new FakeTimeProvider(Origin.AddSeconds(17));
        var one = new ScaledTimeProvider(wall, Start, Origin, 60);
        wall.Advance(TimeSpan.FromSeconds(3));
        var late = new ScaledTimeProvider(wall, Start.ToOffset(TimeSpan.FromHours(8)), Origin.ToOffset(TimeSpan.FromHours(-3)), 60);
        Assert.Equal(one.GetUtcNow(), late.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, late.GetUtcNow().Offset);
    }

    [Fact]
    public void Shows_times_before_its_start_when_the_wall_is_before_the_origin()
    {
        var clock = new ScaledTimeProvider(new FakeTimeProvider(Origin.AddSeconds(-10)), Start, Origin, 60);
        Assert.Equal(Start.AddMinutes(-10), clock.GetUtcNow());
    }

    [Fact]
    public void Timers_and_time_stamps_stay_those_of_the_wall()
    {
        var wall = new FakeTimeProvider(Origin);
        var clock = new ScaledTimeProvider(wall, Start, Origin, 3600);
        int fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        long began = clock.GetTimestamp();
        wall.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0, fired);
        wall.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, fired);
        Assert.Equal(TimeSpan.FromSeconds(5), clock.GetElapsedTime(began));
    }

    [Fact]
    public void Stands_still_at_the_end_of_the_calendar()
    {
        var clock = new ScaledTimeProvider(new FakeTimeProvider(Origin.AddYears(100)), Start, Origin, 1e9);
        Assert.Equal(DateTimeOffset.MaxValue, clock.GetUtcNow());
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Refuses_a_speed_that_is_no_speed(double speed) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaledTimeProvider(TimeProvider.System, Start, Origin, speed));
}
