using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>What of a connection waits for the session store: one wait at a time, after which the connection is woken to look again. Any thread.</summary>
internal sealed class StoreWait(MqttSessions sessions, MqttConnection connection)
{
    private readonly Lock gate = new();
    private bool isAwaited;
    private Task current = Task.CompletedTask;

    /// <summary>A wait that may be under way; never fails.</summary>
    public Task Current => current;

    /// <summary>Whether a change is on disk. If it is not, the connection is woken later.</summary>
    public bool IsDurable(long change)
    {
        var durable = sessions.WhenDurableAsync(change);
        if (durable.IsCompletedSuccessfully)
            return true;
        lock (gate)
        {
            if (!isAwaited)
            {
                isAwaited = true;
                current = WakeAsync(durable);
            }
        }
        return false;
    }

    private async Task WakeAsync(ValueTask durable)
    {
        try
        {
            await durable;
        }
        catch (SessionStoreException)
        {
            // It is named and counted where it failed; here it means that what waits may never be sent.
            connection.End(MqttEnding.Unavailable);
            return;
        }
        lock (gate)
            isAwaited = false;
        connection.Wake();
    }
}
