namespace SensorGrid.Benches.Load;

/// <summary>Where the probe sees its alarm.</summary>
internal interface IAlarmSource : IAsyncDisposable
{
    /// <summary>Waits for the probe's alarm to be raised, or to return to normal; other alarms pass.</summary>
    /// <returns>When it came, as a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</returns>
    Task<long> WaitAsync(bool active, CancellationToken cancellation);
}
