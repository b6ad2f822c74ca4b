using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Tests.Appending;

public sealed class ClockTickerTests
{
    [Fact]
    public async Task Ticks_each_second_while_nothing_is_appended()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.Zero));
        await using var rig = new IngestRig(time: clock);
        using var stop = new CancellationTokenSource();
        var timers = new CountedTimers(clock);
        var run = new ClockTicker(rig.Appender, rig.Options, rig.Metrics, timers).RunAsync(stop.Token);

        for (int tick = 1; tick <= 3; tick++)
        {
            await Eventually.TrueAsync(() => timers.Count == tick);
            clock.Advance(TimeSpan.FromMilliseconds(999));
            Assert.Equal(tick - 1, rig.Log.LastDurableSequence);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await Eventually.TrueAsync(() => rig.Log.LastDurableSequence == tick);
        }

        await stop.CancelAsync();
        await run;
        Assert.Equal([1, 2, 3], rig.LogRecords().Select(r => r.ReceivedAt.Second));
        Assert.All(rig.LogRecords(), r => Assert.Equal((ReadingLogKind.Tick, "clock"), (r.Kind, r.Source)));
    }

    [Fact]
    public async Task An_append_puts_the_tick_off()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.Zero));
        await using var rig = new IngestRig(time: clock);
        using var stop = new CancellationTokenSource();
        var timers = new CountedTimers(clock);
        var run = new ClockTicker(rig.Appender, rig.Options, rig.Metrics, timers).RunAsync(stop.Token);

        await Eventually.TrueAsync(() => timers.Count == 1);
        clock.Advance(TimeSpan.FromMilliseconds(600));
        await rig.Admission.AdmitAsync(Messages.Incoming(Messages.Pack()));
        clock.Advance(TimeSpan.FromMilliseconds(600));
        await Eventually.TrueAsync(() => timers.Count == 2);
        Assert.Equal(1, rig.Log.LastDurableSequence);
        clock.Advance(TimeSpan.FromMilliseconds(399));
        Assert.Equal(1, rig.Log.LastDurableSequence);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await Eventually.TrueAsync(() => rig.Log.LastDurableSequence == 2);

        await stop.CancelAsync();
        await run;
        Assert.Equal([ReadingLogKind.Payload, ReadingLogKind.Tick], rig.LogRecords().Select(r => r.Kind));
    }
}
