using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Threading.Channels;

namespace SensorGrid.Benches.Load;

/// <summary>Alarms as a dispatcher's browser gets them: the service's event stream. A thread of its own waits for the next event in the socket, so that the time it came
/// is not that of a pool whose threads the generator keeps busy.</summary>
internal sealed class SseAlarms : IAlarmSource
{
    // The probe has one alarm under way, the rules of a run a few; past that a run is not what it says it is.
    private const int MostWaiting = 4096;

    private readonly HttpClient client;
    private readonly Stream stream;
    private readonly Task reading;
    private readonly Channel<(long Came, string Alarm)> alarms = Channel.CreateBounded<(long Came, string Alarm)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });

    private SseAlarms(HttpClient client, Stream stream)
    {
        (this.client, this.stream) = (client, stream);
        reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public static SseAlarms Open(Uri service)
    {
        var client = new HttpClient { BaseAddress = service, Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/alarms/stream", UriKind.Relative));
            return new(client, client.Send(request, HttpCompletionOption.ResponseHeadersRead).EnsureSuccessStatusCode().Content.ReadAsStream());
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async Task<long> WaitAsync(bool active, CancellationToken cancellation)
    {
        await foreach (var (came, json) in alarms.Reader.ReadAllAsync(cancellation))
        {
            using var alarm = JsonDocument.Parse(json);
            if (alarm.RootElement.GetProperty("rule").GetString() == LoadCatalogue.ProbeRule && alarm.RootElement.GetProperty("active").GetBoolean() == active)
                return came;
        }
        throw new InvalidOperationException("the service ended the alarm stream");
    }

    public async ValueTask DisposeAsync()
    {
        client.CancelPendingRequests();
        await stream.DisposeAsync();
        await reading;
        client.Dispose();
    }

    private void Read()
    {
        try
        {
            foreach (var item in SseParser.Create(stream).Enumerate())
            {
                if (item.EventType == "alarm" && !alarms.Writer.TryWrite((Stopwatch.GetTimestamp(), item.Data)))
                {
                    alarms.Writer.Complete(new InvalidOperationException($"{MostWaiting} alarms came that nobody waited for"));
                    return;
                }
            }
            alarms.Writer.Complete();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or HttpRequestException or OperationCanceledException)
        {
            // Disposed, or the service is gone: whoever waits is told.
            alarms.Writer.Complete(e);
        }
    }
}
