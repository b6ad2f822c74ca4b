namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>A gateway whose readings raise and clear an alarm in turns, to see how long it takes until the API shows it.</summary>
internal sealed class AlarmProbe(RunningService service)
{
    public const string Gateway = "probe";
    private const double Raising = 20;

    private long number;

    /// <summary>Raises and clears for a while.</summary>
    /// <param name="length">How long.</param>
    /// <param name="longest">How long one may take before that is a failure of its own.</param>
    /// <returns>How long each took, in order of length.</returns>
    public async Task<IReadOnlyList<TimeSpan>> RunAsync(TimeSpan length, TimeSpan longest)
    {
        var took = new List<TimeSpan>();
        long began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < length || took.Count == 0)
            took.Add(await OnceAsync(longest));
        took.Sort();
        return took;
    }

    /// <summary>Raises the alarm, or clears it when it is raised.</summary>
    public async Task<TimeSpan> OnceAsync(TimeSpan longest)
    {
        number++;
        bool raises = number % 2 == 1;
        // Numbers are milliseconds: far enough apart that each reading is newer than the one before, whatever the pace.
        long at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - PublishingGateway.FirstMilliseconds;
        var gateway = new PublishingGateway(Gateway, service.Mqtt, 1, firstValue: raises ? Raising : 0) { First = at, Last = at };
        long sent = TimeProvider.System.GetTimestamp();
        await gateway.RunAsync(CancellationToken.None);
        while (await IsActiveAsync() != raises)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(sent) < longest, $"the alarm did not come within {longest}. The service printed:\n{service.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        return TimeProvider.System.GetElapsedTime(sent);
    }

    public static string Text(IReadOnlyList<TimeSpan> took) =>
        $"{took[took.Count / 2].TotalMilliseconds:0} ms (median), {took[^1].TotalMilliseconds:0} ms (longest) of {took.Count}";

    private async Task<bool> IsActiveAsync() => (await service.GetAsync("/api/v1/alarms?state=open")).GetProperty("alarms").EnumerateArray()
        .Any(alarm => alarm.GetProperty("rule").GetString() == FaultCity.LevelRule && alarm.GetProperty("active").GetBoolean());
}
