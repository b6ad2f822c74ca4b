using System.Globalization;

namespace SensorGrid.Benches.Load;

/// <summary>Finds the highest rate at which everything sent is stored, by steps: double until a step fails, then halve the gap. The rate found is
/// measured for the plan's whole time on a fresh instance; when that fails, nine tenths of it, and so on.</summary>
internal static class SustainedRate
{
    private const int FirstMessagesPerSecond = 1_000;
    private const int FewestMessagesPerSecond = 50;
    private const double CloseEnough = 1.15;
    private const int MostMeasurements = 6;

    /// <param name="plan">What is sent; its rate is not used.</param>
    /// <param name="start">Starts a fresh instance.</param>
    /// <param name="say">Takes a line on each step.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static async Task<LoadResult> MeasureAsync(LoadPlan plan, Func<CancellationToken, Task<ILoadTarget>> start, Action<string> say, CancellationToken cancellation)
    {
        double rate = await FindAsync(plan, start, say, cancellation);
        for (int measurement = 1; ; measurement++, rate *= 0.9)
        {
            await using var target = await StartAsync(start, cancellation);
            var outcome = await RateTrial.RunAsync(At(plan, rate), target, untilSettled: true, cancellation);
            if (outcome.IsSustained)
                return outcome.Result;
            say(Line(target, rate, outcome));
            if (measurement == MostMeasurements)
                return outcome.Result with { Stored = $"NOT SUSTAINED: {outcome.Result.Stored}" };
        }
    }

    private static async Task<double> FindAsync(LoadPlan plan, Func<CancellationToken, Task<ILoadTarget>> start, Action<string> say, CancellationToken cancellation)
    {
        var step = plan with { Measured = plan.Step, Warming = TimeSpan.FromSeconds(1) };
        double good = 0, bad = double.PositiveInfinity, rate = FirstMessagesPerSecond * plan.Pack;
        var target = await StartAsync(start, cancellation);
        try
        {
            while (bad / good > CloseEnough)
            {
                var outcome = await RateTrial.RunAsync(At(step, rate), target, untilSettled: false, cancellation);
                say(Line(target, rate, outcome));
                if (outcome.IsSustained)
                {
                    good = rate;
                }
                else
                {
                    bad = rate;
                    // Its backlog would be counted in the next step.
                    await target.DisposeAsync();
                    target = await StartAsync(start, cancellation);
                }
                rate = double.IsPositiveInfinity(bad) ? good * 2 : good == 0 ? bad / 2 : Math.Sqrt(good * bad);
                if (good == 0 && rate < FewestMessagesPerSecond * plan.Pack)
                    throw new InvalidOperationException($"{target.Name}: not even {bad:N0} readings/s reached the store");
            }
        }
        finally
        {
            await target.DisposeAsync();
        }
        return good;
    }

    private static async Task<ILoadTarget> StartAsync(Func<CancellationToken, Task<ILoadTarget>> start, CancellationToken cancellation)
    {
        var target = await start(cancellation);
        try
        {
            await AlarmProbe.ProveAsync(target, cancellation);
            await SettleAsync(target, cancellation);
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    // Whatever the proof sent is in the store before anything is counted.
    private static async Task SettleAsync(ILoadTarget target, CancellationToken cancellation)
    {
        long last = 0;
        for (int attempt = 0; attempt < 60; attempt++)
        {
            long now = await target.StoredAsync(cancellation);
            if (now > 0 && now == last)
                return;
            last = now;
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellation);
        }
        throw new InvalidOperationException($"{target.Name}: gave an alarm, but its store shows {last} readings after 30 s");
    }

    private static LoadPlan At(LoadPlan plan, double rate) => plan with { ReadingsPerSecond = (int)rate };

    private static string Line(ILoadTarget target, double rate, RateTrialOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture,
        $"  {target.Name}: {rate:N0}/s {(outcome.IsSustained ? "sustained" : outcome.Offered ? "not sustained" : "not reached: the broker held the generator back")} ({outcome.Result.Stored}; {outcome.Result.ReadingsPerSecond:N0}/s meanwhile)");
}
