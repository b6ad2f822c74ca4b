using SensorGrid.Ingest.Sources.Mqtt.External;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt;

public sealed class ReconnectDelayTests
{
    [Fact]
    public void Doubles_to_the_longest_pause_and_starts_again_after_a_success()
    {
        // NextDouble of 1 is never drawn; half to all of the pause is what chance leaves.
        var delay = new ReconnectDelay(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(7));
        foreach (double full in new[] { 1.0, 2, 4, 8, 10, 10 })
            Assert.InRange(delay.Next().TotalSeconds, full / 2, full);
        for (int i = 0; i < 100; i++)
            Assert.InRange(delay.Next().TotalSeconds, 5, 10);

        delay.Reset();
        Assert.InRange(delay.Next().TotalSeconds, 0.5, 1);
    }

    [Fact]
    public void Services_do_not_return_in_step()
    {
        var one = new ReconnectDelay(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(1));
        var other = new ReconnectDelay(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(2));
        Assert.NotEqual(one.Next(), other.Next());
    }
}
