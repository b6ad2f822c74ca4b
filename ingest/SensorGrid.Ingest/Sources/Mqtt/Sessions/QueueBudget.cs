namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Bytes that all sessions together may hold for their clients. Alarms have bytes of their own, which nothing else can take up.</summary>
internal sealed class QueueBudget(long maxBytes, long maxAlarmBytes = long.MaxValue)
{
    private long used;
    private long usedByAlarms;

    /// <summary>Bytes held now, those of alarms not counted.</summary>
    public long Used => Volatile.Read(ref used);

    /// <summary>Bytes of alarms held now.</summary>
    public long UsedByAlarms => Volatile.Read(ref usedByAlarms);

    public bool TryTake(MqttMessage message)
    {
        long most = message.IsAlarm ? maxAlarmBytes : maxBytes;
        if (Interlocked.Add(ref Bytes(message.IsAlarm), message.Size) <= most)
            return true;
        Interlocked.Add(ref Bytes(message.IsAlarm), -message.Size);
        return false;
    }

    /// <summary>Takes it even when that is too much: what was kept before a restart is not thrown away after it.</summary>
    public void TakeAnyway(MqttMessage message) => Interlocked.Add(ref Bytes(message.IsAlarm), message.Size);

    public void Return(MqttMessage message) => Interlocked.Add(ref Bytes(message.IsAlarm), -message.Size);

    public void Return(long bytes, long alarmBytes)
    {
        Interlocked.Add(ref used, -bytes);
        Interlocked.Add(ref usedByAlarms, -alarmBytes);
    }

    private ref long Bytes(bool ofAlarms) => ref ofAlarms ? ref usedByAlarms : ref used;
}
