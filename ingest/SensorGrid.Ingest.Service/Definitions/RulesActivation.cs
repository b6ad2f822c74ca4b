using SensorGrid.Alarms;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Metrics;
using SensorGrid.ReadingLog;
using SensorGrid.Rules.Model;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>Puts rules that a person sent into force: compared with those in force over the last hours, then a command in the log, so that every
/// follower and every replay changes over at the same record. One at a time.</summary>
internal sealed class RulesActivation(
    DefinitionsInForce inForce, ServiceLog log, LogCommands commands, LogFollowerLoop follower, RulesBacktest backtest, ServiceMetrics metrics, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan LongestApply = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>Compares, and, unless it is only to be looked at, activates.</summary>
    /// <param name="posted">What was sent, without errors.</param>
    /// <param name="wanted">Who wants what.</param>
    /// <param name="cancellation">Ends it as long as nothing is in the log.</param>
    public async Task<ActivationResult> RunAsync(PostedRuleSet posted, ActivationWish wanted, CancellationToken cancellation)
    {
        if (!await one.WaitAsync(TimeSpan.Zero, cancellation))
            return new(ActivationOutcome.Busy);
        try
        {
            var before = inForce.Rules;
            if (wanted.Base is { } expected && (before is null || !before.Hash.StartsWith(expected, StringComparison.OrdinalIgnoreCase)))
                return new(ActivationOutcome.NotTheBase, before);
            var now = log.DefinitionsBefore(long.MaxValue);
            var difference = await Task.Run(() => backtest.Compare(now.Catalogue, now.Rules, posted.Bundle!, wanted.Over, cancellation), cancellation);
            if (wanted.DryRun || before?.Hash == posted.Rules!.Hash)
                return new(ActivationOutcome.Looked, before, difference);
            if (inForce.Rules?.Hash != before?.Hash)
                return new(ActivationOutcome.ChangedMeanwhile, inForce.Rules);
            var logged = await commands.AppendAndApplyAsync(
                AlarmCommands.ActivateRules, wanted.Operator, posted.Bundle!.ToBytes(), follower, LongestApply, CancellationToken.None);
            metrics.Reloaded("rules", "activated");
            Log.RulesActivated(logger, posted.Rules.Version, logged.Sequence, wanted.Operator, before?.Version ?? "none");
            return new(logged.Applied ? ActivationOutcome.Activated : ActivationOutcome.NotAppliedYet, before, difference, logged.Sequence);
        }
        catch (ReadingLogException e)
        {
            return new(ActivationOutcome.LogFailed, Problem: e.Message);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Counts what was refused.</summary>
    public void Refused() => metrics.Reloaded("rules", "refused");

    public void Dispose() => one.Dispose();
}

/// <summary>Who wants what.</summary>
/// <param name="Operator">The person.</param>
/// <param name="Base">The version they began from, or its first digits; null when they do not say.</param>
/// <param name="Over">How much of the log is played.</param>
/// <param name="DryRun">Only to see what would change.</param>
internal sealed record ActivationWish(string Operator, string? Base, TimeSpan Over, bool DryRun);

/// <summary>How an activation ended.</summary>
internal enum ActivationOutcome
{
    /// <summary>In force.</summary>
    Activated = 1,

    /// <summary>Nothing was to be changed: it was only to be looked at, or the set is in force already.</summary>
    Looked,

    /// <summary>On disk, but the rules are still behind.</summary>
    NotAppliedYet,

    /// <summary>Somebody else is at it.</summary>
    Busy,

    /// <summary>Others are in force than the ones the person began from.</summary>
    NotTheBase,

    /// <summary>Others came into force while these were compared with those before.</summary>
    ChangedMeanwhile,

    /// <summary>The log could not be read or written.</summary>
    LogFailed,
}

/// <param name="Outcome">How it ended.</param>
/// <param name="Before">The rules that were in force, or are where that is why it was refused; null for none.</param>
/// <param name="Difference">What differs, where it came that far.</param>
/// <param name="Sequence">The log record, where there is one.</param>
/// <param name="Problem">Why the log failed.</param>
internal sealed record ActivationResult(
    ActivationOutcome Outcome, RuleSet? Before = null, BacktestDifference? Difference = null, long? Sequence = null, string? Problem = null);
