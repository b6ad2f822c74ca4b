using Microsoft.Extensions.Time.Testing;
using SensorGrid.Simulators.Replay;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.Replay;

public sealed class ReplayScheduleTests
{
    private readonly FakeTimeProvider clock = new(Some.Instant);

    [Fact]
    public void At_speed_60_an_hour_takes_a_minute()
    {
        var schedule = new ReplaySchedule(clock, 60, 0);
        Assert.Equal(TimeSpan.FromMinutes(1), schedule.DelayUntil(TimeSpan.FromHours(1).Ticks));
        clock.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(TimeSpan.FromSeconds(15), schedule.DelayUntil(TimeSpan.FromHours(1).Ticks));
    }

    [Fact]
    public void A_replay_that_fell_behind_catches_up_at_once()
    {
        var schedule = new ReplaySchedule(clock, 1, 0);
        clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(TimeSpan.Zero, schedule.DelayUntil(TimeSpan.FromSeconds(99).Ticks));
        Assert.Equal(TimeSpan.FromSeconds(1), schedule.DelayUntil(TimeSpan.FromSeconds(101).Ticks));
    }

    [Fact]
    public void At_full_speed_everything_is_due() =>
        Assert.Equal(TimeSpan.Zero, new ReplaySchedule(clock, null, 0).DelayUntil(TimeSpan.FromDays(1000).Ticks));

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_speed_that_is_none_is_refused(double speed) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplaySchedule(clock, speed, 0));
}
