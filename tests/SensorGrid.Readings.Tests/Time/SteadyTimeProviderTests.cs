using Microsoft.Extensions.Time.Testing;
using SensorGrid.Readings.Time;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Time;

public sealed class SteadyTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2026, 7, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider monotonic = new(Start);
    private readonly SettableClock machine;

    public SteadyTimeProviderTests() => machine = new(monotonic);

    [Theory]
    [InlineData(3600)]
    [InlineData(-86_400)]
    public void Goes_on_as_before_when_the_machine_s_clock_is_set(double by)
    {
        var steady = new SteadyTimeProvider(machine);
        monotonic.Advance(TimeSpan.FromSeconds(10));
        machine.Set(TimeSpan.FromSeconds(by));
        monotonic.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Start.AddSeconds(15), steady.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(by), steady.Deviation);
    }

    [Fact]
    public void Jumps_when_told_to()
    {
        var steady = new SteadyTimeProvider(machine);
        machine.Set(TimeSpan.FromHours(1));
        steady.Step();
        Assert.Equal(Start.AddHours(1), steady.GetUtcNow());
        steady.Advance(TimeSpan.FromMinutes(1));
        monotonic.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Start.AddHours(1).AddSeconds(61), steady.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(-1), steady.Deviation);
    }

    [Theory]
    [InlineData(500, 10_050)]
    [InlineData(-500, 9950)]
    [InlineData(1, 10_000)]
    public void Follows_a_small_deviation_by_five_milliseconds_a_second(int off, int afterTenSeconds)
    {
        var steady = new SteadyTimeProvider(machine);
        machine.Set(TimeSpan.FromMilliseconds(off));
        steady.Follow();
        monotonic.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Start.AddMilliseconds(afterTenSeconds), steady.GetUtcNow());
    }

    [Fact]
    public void Follows_until_it_is_right()
    {
        var steady = new SteadyTimeProvider(machine);
        machine.Set(TimeSpan.FromSeconds(-0.5));
        var before = steady.GetUtcNow();
        for (int second = 0; second < 200; second++)
        {
            steady.Follow();
            monotonic.Advance(TimeSpan.FromSeconds(1));
            Assert.True(steady.GetUtcNow() > before, "it never goes back");
            before = steady.GetUtcNow();
        }
        Assert.True(steady.Deviation.Duration() < TimeSpan.FromMilliseconds(7), $"still {steady.Deviation} off");
    }
}
