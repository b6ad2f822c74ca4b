namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Bytes that all sessions together may hold for their clients.</summary>
internal sealed class QueueBudget(long maxBytes)
{
    private long used;

    /// <summary>Bytes held now.</summary>
    public long Used => Volatile.Read(ref used);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref used, bytes) <= maxBytes)
            return true;
        Interlocked.Add(ref used, -bytes);
        return false;
    }

    /// <summary>Takes it even when that is too much: what was kept before a restart is not thrown away after it.</summary>
    public void TakeAnyway(int bytes) => Interlocked.Add(ref used, bytes);

    public void Return(long bytes) => Interlocked.Add(ref used, -bytes);
}
