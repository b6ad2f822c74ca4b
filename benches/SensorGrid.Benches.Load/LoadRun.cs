using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;

namespace SensorGrid.Benches.Load;

/// <summary>One measured run: senders, the alarm probe, and the sums.</summary>
internal static class LoadRun
{
    public static async Task<string> AgainstServiceAsync(LoadPlan plan, ServiceUnderLoad service, CancellationToken cancellation)
    {
        var alarms = new LatencyRecorder();
        using var probing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var probe = AlarmProbe.RunAsync(plan, service, alarms, probing.Token);
        var result = await SendAsync(plan, service.MqttPort, service.CpuTime, alarms, cancellation);
        await probing.CancelAsync();
        await probe;
        return $"""
            sensorgrid: {result.Text}
              publish→PUBACK (on disk)  {result.Acknowledgements}
              publish→alarm on SSE      {alarms}
              service peak memory       {service.PeakMemoryMiB} MiB
            """;
    }

    public static async Task<string> AgainstBrokerAsync(LoadPlan plan, MosquittoPeer broker, CancellationToken cancellation)
    {
        var result = await SendAsync(plan, broker.Port, broker.CpuTime, new LatencyRecorder(), cancellation);
        return $"""
            mosquitto (nothing on disk, nothing decoded, no rules): {result.Text}
              publish→PUBACK            {result.Acknowledgements}
            """;
    }

    private static async Task<(string Text, LatencyRecorder Acknowledgements)> SendAsync(
        LoadPlan plan, int port, Func<TimeSpan> cpuTime, LatencyRecorder alarms, CancellationToken cancellation)
    {
        var senders = Enumerable.Range(0, plan.Gateways).Select(number => new Sender(plan, number)).ToList();
        try
        {
            foreach (var sender in senders)
                await sender.Connection.ConnectAsync(port, cancellation);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var running = plan.ReadingsPerSecond > 0
                ? [.. senders.Select(sender => Task.Run(() => sender.ReceiveAsync(end.Token), CancellationToken.None)), Task.Run(() => PaceAsync(plan, senders, end.Token), CancellationToken.None)]
                : senders.Select(sender => Task.Run(() => sender.RunAsync(end.Token), CancellationToken.None)).ToList();
            await Task.Delay(plan.Warming, TimeProvider.System, cancellation);
            foreach (var sender in senders)
                sender.Latencies.Recording = true;
            alarms.Recording = true;
            long before = senders.Sum(sender => sender.Acknowledged);
            var cpuBefore = cpuTime();
            var ownBefore = Environment.CpuUsage.TotalTime;
            long started = Stopwatch.GetTimestamp();
            await Task.Delay(plan.Measured, TimeProvider.System, cancellation);
            long messages = senders.Sum(sender => sender.Acknowledged) - before;
            var cpu = cpuTime() - cpuBefore;
            var own = Environment.CpuUsage.TotalTime - ownBefore;
            var elapsed = Stopwatch.GetElapsedTime(started);
            alarms.Recording = false;
            foreach (var sender in senders)
                sender.Latencies.Recording = false;
            await end.CancelAsync();
            await Task.WhenAll(running);
            double readings = messages * (double)plan.Pack;
            return (string.Create(CultureInfo.InvariantCulture,
                $"{readings / elapsed.TotalSeconds:N0} readings/s, {messages / elapsed.TotalSeconds:N0} messages/s, {cpu.TotalSeconds / readings * 1e6:F2} CPU-s per million readings (generator {own.TotalSeconds / readings * 1e6:F2})"),
                LatencyRecorder.Merge(senders.Select(sender => sender.Latencies)));
        }
        finally
        {
            foreach (var sender in senders)
                sender.Connection.Dispose();
        }
    }

    // Open loop at a rate: one clock for all connections, so that the generator costs little beside the service. Each connection sends when it is
    // due, whatever is unacknowledged; only a full window holds it back.
    private static async Task PaceAsync(LoadPlan plan, List<Sender> senders, CancellationToken end)
    {
        double messagesPerSecond = plan.ReadingsPerSecond / (double)plan.Pack / plan.Gateways;
        long started = Stopwatch.GetTimestamp();
        try
        {
            while (true)
            {
                double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                for (int i = 0; i < senders.Count; i++)
                {
                    // Spread over the period, as gateways are that know nothing of each other.
                    await senders[i].SendDueAsync(seconds * messagesPerSecond + i / (double)senders.Count, end);
                }
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, end);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The measured time is over.
        }
    }

    private sealed class Sender(LoadPlan plan, int number)
    {
        private readonly string topic = $"sensorgrid/v1/water/{LoadCatalogue.GatewayId(number)}/readings";
        private readonly ArrayBufferWriter<byte> payload = new(64 * 1024);
        private int datastream;
        private long sent;
        private long acknowledged;

        public GatewayConnection Connection { get; } = new(LoadCatalogue.GatewayId(number), plan.InFlight);

        public LatencyRecorder Latencies { get; } = new();

        public long Acknowledged => Interlocked.Read(ref acknowledged);

        /// <summary>Closed loop: the window is kept full.</summary>
        public async Task RunAsync(CancellationToken end)
        {
            try
            {
                while (!end.IsCancellationRequested)
                {
                    await SendDueAsync(double.MaxValue, end);
                    Interlocked.Add(ref acknowledged, await Connection.ReceiveAsync(Latencies, end));
                }
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The measured time is over.
            }
        }

        public async Task ReceiveAsync(CancellationToken end)
        {
            try
            {
                while (!end.IsCancellationRequested)
                    Interlocked.Add(ref acknowledged, await Connection.ReceiveAsync(Latencies, end));
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The measured time is over.
            }
        }

        /// <summary>Sends what is due by a number of messages since the start, as far as the window allows.</summary>
        public async ValueTask SendDueAsync(double due, CancellationToken end)
        {
            while (Connection.HasRoom && sent + 1 <= due)
            {
                WritePack();
                Connection.Publish(topic, payload.WrittenSpan);
                sent++;
            }
            if (Connection.HasOutput)
                await Connection.FlushAsync(end);
        }

        private void WritePack()
        {
            payload.ResetWrittenCount();
            double now = (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / 1e7;
            for (int i = 0; i < plan.Pack; i++)
            {
                payload.Write(i == 0 ? "[{\"bt\":"u8 : ",{"u8);
                if (i == 0)
                {
                    Number(now, 3);
                    payload.Write(","u8);
                }
                payload.Write("\"n\":\"d"u8);
                Utf8Formatter.TryFormat(datastream, payload.GetSpan(16), out int length);
                payload.Advance(length);
                payload.Write("\",\"u\":\"m\",\"v\":"u8);
                Number(1 + (datastream * 7 % 100) / 50.0, 2);
                payload.Write("}"u8);
                datastream = (datastream + 1) % plan.Datastreams;
            }
            payload.Write("]"u8);
        }

        private void Number(double value, byte decimals)
        {
            Utf8Formatter.TryFormat(value, payload.GetSpan(32), out int length, new StandardFormat('F', decimals));
            payload.Advance(length);
        }
    }
}
