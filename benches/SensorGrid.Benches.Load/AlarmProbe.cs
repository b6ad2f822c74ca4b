using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace SensorGrid.Benches.Load;

/// <summary>Publishes readings that raise and clear one alarm in turn, and times each from publish to its event on the stream
/// that a dispatcher's browser listens to.</summary>
internal static class AlarmProbe
{
    public static async Task RunAsync(LoadPlan plan, ServiceUnderLoad service, LatencyRecorder latencies, CancellationToken end)
    {
        try
        {
            using var connection = new GatewayConnection(LoadCatalogue.ProbeGateway, 1);
            await connection.ConnectAsync(service.MqttPort, end);
            using var client = new HttpClient { BaseAddress = service.Http, Timeout = Timeout.InfiniteTimeSpan };
            using var stream = await client.GetStreamAsync(new Uri("/api/v1/alarms/stream", UriKind.Relative), end);
            var events = SseParser.Create(stream).EnumerateAsync(end).GetAsyncEnumerator(end);
            var ignored = new LatencyRecorder();
            bool high = false;
            while (true)
            {
                high = !high;
                double seconds = (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / 1e7;
                string pack = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{{\"n\":\"probe\",\"t\":{seconds:F6},\"u\":\"m\",\"v\":{(high ? 20 : 1)}}}]");
                long sent = Stopwatch.GetTimestamp();
                connection.Publish($"sensorgrid/v1/water/{LoadCatalogue.ProbeGateway}/readings", Encoding.UTF8.GetBytes(pack));
                await connection.FlushAsync(end);
                while (true)
                {
                    if (!await events.MoveNextAsync())
                        throw new InvalidOperationException("the service ended the alarm stream");
                    if (events.Current.EventType != "alarm")
                        continue;
                    using var alarm = JsonDocument.Parse(events.Current.Data);
                    if (alarm.RootElement.GetProperty("rule").GetString() == "load.probe" && alarm.RootElement.GetProperty("active").GetBoolean() == high)
                        break;
                }
                latencies.Add(Stopwatch.GetTimestamp() - sent);
                await connection.ReceiveAsync(ignored, end);
                await Task.Delay(plan.ProbePause, TimeProvider.System, end);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The measured time is over.
        }
    }
}
