namespace SensorGrid.Ingest.Service.Tests.Rig;

internal static class Wait
{
    /// <summary>Longer than anything takes that does happen; nothing is expected to take it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Asks again and again until the answer is there.</summary>
    public static async Task<T> ForAsync<T>(string what, Func<Task<T?>> ask) where T : class
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"Never came: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
