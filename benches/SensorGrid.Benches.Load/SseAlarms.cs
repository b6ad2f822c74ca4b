using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace SensorGrid.Benches.Load;

/// <summary>Alarms as a dispatcher's browser gets them: the service's event stream.</summary>
internal sealed class SseAlarms : IAlarmSource
{
    private readonly HttpClient client;
    private readonly Stream stream;
    private readonly IAsyncEnumerator<SseItem<string>> events;

    private SseAlarms(HttpClient client, Stream stream, CancellationToken end)
    {
        this.client = client;
        this.stream = stream;
        events = SseParser.Create(stream).EnumerateAsync(end).GetAsyncEnumerator(end);
    }

    public static async Task<SseAlarms> OpenAsync(Uri service, CancellationToken end)
    {
        var client = new HttpClient { BaseAddress = service, Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            return new(client, await client.GetStreamAsync(new Uri("/api/v1/alarms/stream", UriKind.Relative), end), end);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async Task<long> WaitAsync(bool active, CancellationToken cancellation)
    {
        while (await events.MoveNextAsync())
        {
            if (events.Current.EventType != "alarm")
                continue;
            long came = Stopwatch.GetTimestamp();
            using var alarm = JsonDocument.Parse(events.Current.Data);
            if (alarm.RootElement.GetProperty("rule").GetString() == LoadCatalogue.ProbeRule && alarm.RootElement.GetProperty("active").GetBoolean() == active)
                return came;
        }
        throw new InvalidOperationException("the service ended the alarm stream");
    }

    public async ValueTask DisposeAsync()
    {
        // Not the enumerator: a wait that was cancelled may still hold it, and the stream's end frees both.
        await stream.DisposeAsync();
        client.Dispose();
    }
}
