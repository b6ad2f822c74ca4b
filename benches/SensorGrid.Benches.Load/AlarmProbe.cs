using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SensorGrid.Benches.Load;

/// <summary>Publishes readings that raise and clear one alarm in turn, and times each from publish to the alarm's arrival.</summary>
internal sealed class AlarmProbe(int mqttPort, IAlarmSource alarms, TimeSpan pause) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly GatewayConnection connection = new(LoadCatalogue.ProbeGateway, 1);
    private readonly LatencyRecorder ignored = new();

    /// <summary>From publish to alarm.</summary>
    public LatencyRecorder Latencies { get; } = new();

    /// <summary>Readings published; all of them acknowledged once <see cref="RunAsync"/> has returned.</summary>
    public int Sent { get; private set; }

    /// <summary>One alarm, to see that the target does its whole job before it is measured.</summary>
    public static async Task ProveAsync(ILoadTarget target, CancellationToken cancellation)
    {
        await using var alarms = await target.SubscribeAlarmsAsync(cancellation);
        using var probe = new AlarmProbe(target.MqttPort, alarms, TimeSpan.Zero);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            await probe.BeginAsync(patience.Token);
            await probe.OnceAsync(true, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{target.Name}: a reading over its limit gave no alarm over MQTT within {Patience.TotalSeconds} s");
        }
    }

    /// <summary>Probes until told to end; what was published by then is acknowledged, for whoever counts.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        try
        {
            await BeginAsync(end);
            for (bool high = true; ; high = !high)
            {
                await OnceAsync(high, end);
                await Task.Delay(pause, TimeProvider.System, end);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The measured time is over.
        }
        if (connection.Unacknowledged > 0)
        {
            using var patience = new CancellationTokenSource(Patience);
            await connection.ReceiveAsync(ignored, patience.Token);
        }
    }

    public void Dispose() => connection.Dispose();

    // An earlier probe may have left the alarm raised: then the first reading over the limit would change nothing.
    private async Task BeginAsync(CancellationToken end)
    {
        connection.Connect(mqttPort);
        await PublishAsync(1, end);
        await connection.ReceiveAsync(ignored, end);
    }

    private async Task OnceAsync(bool high, CancellationToken end)
    {
        long sent = Stopwatch.GetTimestamp();
        await PublishAsync(high ? 20 : 1, end);
        Latencies.Add(await alarms.WaitAsync(high, end) - sent);
        await connection.ReceiveAsync(ignored, end);
    }

    private async Task PublishAsync(int value, CancellationToken end)
    {
        end.ThrowIfCancellationRequested();
        double seconds = (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / 1e7;
        string pack = string.Create(CultureInfo.InvariantCulture, $"[{{\"n\":\"probe\",\"t\":{seconds:F6},\"u\":\"m\",\"v\":{value}}}]");
        connection.Publish($"sensorgrid/v1/water/{LoadCatalogue.ProbeGateway}/readings", Encoding.UTF8.GetBytes(pack));
        Sent++;
        // Counted is sent: a few bytes on loopback, never held up for long.
        connection.Flush();
    }
}
