using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SensorGrid.Ingest.Service.Alarms;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>One client's alarm stream as server-sent events: first what it missed, then each change as it happens, and a heartbeat
/// whenever nothing was sent for a while, by which the console knows that silence is quiet and not a broken line.</summary>
internal static class AlarmStream
{
    public static async IAsyncEnumerable<SseItem<byte[]>> RunAsync(
        AlarmSubscription subscription, Func<long> warnings, TimeSpan heartbeat, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var owned = subscription;
        using var timer = new PeriodicTimer(heartbeat, time);
        long position = subscription.StartPosition;
        if (subscription.MustResync)
            yield return Item("resync", new { position }, position);
        foreach (var missed in subscription.Missed)
            yield return Item(missed);
        // At once, so that the client knows the line works and where it is.
        yield return Beat(time, position, warnings());

        Task<bool> arrived = subscription.Events.WaitToReadAsync(cancellation).AsTask();
        Task<bool> beat = timer.WaitForNextTickAsync(cancellation).AsTask();
        while (await Task.WhenAny(arrived, beat) is var first && !cancellation.IsCancellationRequested)
        {
            if (first == beat)
            {
                yield return Beat(time, position, warnings());
                beat = timer.WaitForNextTickAsync(cancellation).AsTask();
                continue;
            }
            // The queue ended: too slow, or the service stops. The client comes back with Last-Event-ID.
            if (!await arrived)
                yield break;
            while (subscription.Events.TryRead(out var alarm))
            {
                position = alarm.Position ?? position;
                yield return Item(alarm);
            }
            arrived = subscription.Events.WaitToReadAsync(cancellation).AsTask();
        }
    }

    private static SseItem<byte[]> Item(AlarmEvent alarm) =>
        new(alarm.Json, alarm.Type) { EventId = alarm.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    // Without an id: the browser keeps the id of the last alarm, which is what it must resume from.
    // With the revision of the official warnings, so that a client sees that it missed one.
    private static SseItem<byte[]> Beat(TimeProvider time, long position, long warnings) => Item("heartbeat", new { now = time.GetUtcNow(), position, warnings }, null);

    private static SseItem<byte[]> Item(string type, object data, long? id) =>
        new(JsonSerializer.SerializeToUtf8Bytes(data, ApiJson.Options), type) { EventId = id?.ToString(System.Globalization.CultureInfo.InvariantCulture) };
}
