namespace SensorGrid.Benches.Load;

/// <summary>What a run sends to: our service, or a peer that does the same job with several processes.</summary>
internal interface ILoadTarget : IAsyncDisposable
{
    string Name { get; }

    int MqttPort { get; }

    /// <summary>Of all its processes together.</summary>
    long PeakMemoryMiB { get; }

    /// <summary>Of all its processes together. Throws when one of them has ended: such a run measures nothing.</summary>
    TimeSpan CpuTime();

    /// <summary>Readings that have reached the store, by the store's own counter.</summary>
    Task<long> StoredAsync(CancellationToken cancellation);

    /// <summary>Subscribes to its alarms over MQTT.</summary>
    Task<IAlarmSource> SubscribeAlarmsAsync(CancellationToken cancellation);
}
