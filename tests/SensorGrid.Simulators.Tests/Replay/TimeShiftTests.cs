using SensorGrid.Simulators.Replay;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.Replay;

public sealed class TimeShiftTests
{
    private static readonly long First = new DateTime(2015, 12, 20, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private static readonly long Last = First + TimeSpan.FromHours(24).Ticks;

    private static (TimeSpan First, TimeSpan Last) Shifted(double? speed)
    {
        var shift = TimeShift.ToNow(First, Last, Some.Ticks, speed);
        return (TimeSpan.FromTicks(shift.Apply(First) - Some.Ticks), TimeSpan.FromTicks(shift.Apply(Last) - Some.Ticks));
    }

    [Fact]
    public void At_speed_1_the_first_reading_is_now() => Assert.Equal((TimeSpan.Zero, TimeSpan.FromHours(24)), Shifted(1));

    [Fact]
    public void At_speed_60_the_last_reading_is_sent_at_its_own_time() =>
        Assert.Equal((TimeSpan.FromHours(-23.6), TimeSpan.FromHours(0.4)), Shifted(60));

    [Fact]
    public void At_full_speed_the_last_reading_is_now() => Assert.Equal((TimeSpan.FromHours(-24), TimeSpan.Zero), Shifted(null));

    [Fact]
    public void Slower_than_life_the_first_reading_is_now() => Assert.Equal((TimeSpan.Zero, TimeSpan.FromHours(24)), Shifted(0.5));

    [Theory]
    [InlineData(0.25)]
    [InlineData(1.0)]
    [InlineData(7.0)]
    [InlineData(3600.0)]
    public void Nothing_is_ever_stamped_ahead_of_the_moment_it_is_sent(double speed)
    {
        var shift = TimeShift.ToNow(First, Last, Some.Ticks, speed);
        for (long at = First; at <= Last; at += TimeSpan.FromMinutes(7).Ticks)
            Assert.True(shift.Apply(at) <= Some.Ticks + (long)((at - First) / speed) + 1);
    }

    [Fact]
    public void No_shift_leaves_times_alone() => Assert.Equal(First, TimeShift.None.Apply(First));
}
