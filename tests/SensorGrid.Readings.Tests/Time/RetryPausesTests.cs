using SensorGrid.Readings.Time;

namespace SensorGrid.Readings.Tests.Time;

public sealed class RetryPausesTests
{
    [Fact]
    public void Pauses_double_up_to_the_longest_and_lie_in_their_upper_half()
    {
        var pauses = new RetryPauses(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(1));
        foreach (double full in new double[] { 1, 2, 4, 8, 10, 10, 10 })
            Assert.InRange(pauses.Next().TotalSeconds, full / 2, full);
        for (int i = 0; i < 100; i++)
            Assert.InRange(pauses.Next().TotalSeconds, 5, 10);
    }

    [Fact]
    public void Success_begins_again_with_the_first_pause()
    {
        var pauses = new RetryPauses(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), new Random(2));
        for (int i = 0; i < 2000; i++)
            pauses.Next();
        Assert.InRange(pauses.Next(), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));
        pauses.Succeeded();
        Assert.InRange(pauses.Next().TotalSeconds, 0.5, 1);
    }

    [Fact]
    public void Two_gateways_do_not_come_back_in_one_moment()
    {
        var one = new RetryPauses(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(1));
        var other = new RetryPauses(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(2));
        Assert.NotEqual(one.Next(), other.Next());
    }
}
