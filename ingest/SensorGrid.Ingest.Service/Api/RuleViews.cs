using SensorGrid.Alarms.Replays;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>Rules to be put into force.</summary>
/// <param name="Operator">Who does it.</param>
/// <param name="Files">All rule files of the set; what is not among them is not in force any more.</param>
/// <param name="Note">Why.</param>
/// <param name="Base">Version the change was made from: refused when another one is in force by now.</param>
internal sealed record ActivateRulesRequest(string Operator, IReadOnlyList<RuleFileView> Files, string? Note = null, string? Base = null);

/// <param name="Path">Its path inside of the set, e.g. <c>water/river.yaml</c>.</param>
/// <param name="Text">What it says.</param>
internal sealed record RuleFileView(string Path, string Text);

/// <summary>The rules in force.</summary>
/// <param name="Version">First digits of the hash, as they stand on alarms; null when there are none.</param>
/// <param name="Hash">SHA-256 over the files.</param>
/// <param name="Activation">How they came into force.</param>
/// <param name="Warnings">What of them does not fit the catalogue and is left out.</param>
/// <param name="Rules">The rules, by id.</param>
internal sealed record RuleSetView(string? Version, string? Hash, RuleVersionView? Activation, IReadOnlyList<string> Warnings, IReadOnlyList<RuleView> Rules);

/// <param name="Id">Its id.</param>
/// <param name="Type">What kind of rule it is, as rule files write it.</param>
/// <param name="Domain">Its domain.</param>
/// <param name="Title">What its alarms are called.</param>
/// <param name="Measure">What is compared with limits, or null.</param>
/// <param name="Plan">Plan to be followed, or null.</param>
/// <param name="Source">Where its numbers come from, or null.</param>
/// <param name="File">File it stands in.</param>
/// <param name="Line">Line there.</param>
internal sealed record RuleView(string Id, string Type, string Domain, LocalText Title, string? Measure, string? Plan, string? Source, string File, int Line)
{
    public static RuleView Of(Rule rule) => new(
        rule.Id, TypeOf(rule), rule.Domain, CatalogueEndpoints.TextOf(rule.Title), (rule as ThresholdRule)?.Measure, rule.Plan, rule.Source, rule.Position.File, rule.Position.Line);

    /// <summary>The word of rule files: <c>ThresholdRule</c> is a <c>threshold</c>.</summary>
    public static string TypeOf(Rule rule)
    {
        string name = rule.GetType().Name;
        name = name.EndsWith("Rule", StringComparison.Ordinal) ? name[..^4] : name;
        return string.Concat(name.Select((letter, at) => char.IsAsciiLetterUpper(letter) ? (at > 0 ? "-" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
    }
}

/// <summary>A rule set that came into force.</summary>
/// <param name="Version">First digits of the hash.</param>
/// <param name="Hash">SHA-256 over the files.</param>
/// <param name="Sequence">Log record since which it was in force.</param>
/// <param name="ActivatedAt">When; null for one of a time when it was not kept.</param>
/// <param name="ActivatedBy">The operator; <c>service</c> for what came from the folder.</param>
/// <param name="Note">What they said about it.</param>
internal sealed record RuleVersionView(string Version, string Hash, long Sequence, DateTimeOffset? ActivatedAt, string ActivatedBy, string? Note)
{
    public static RuleVersionView Of(StoredVersion version) => new(
        version.Hash[..Math.Min(12, version.Hash.Length)], version.Hash, version.Sequence,
        version.Origin.ReceivedAtTicks == 0 ? null : new(version.Origin.ReceivedAtTicks, TimeSpan.Zero), version.Origin.Principal, version.Origin.Note);
}

/// <param name="Versions">The page.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null when there is none.</param>
internal sealed record RuleVersionList(IReadOnlyList<RuleVersionView> Versions, string? Next);

/// <param name="Activation">When it last came into force.</param>
/// <param name="Files">Its files.</param>
internal sealed record RuleFilesView(RuleVersionView Activation, IReadOnlyList<RuleFileView> Files);

/// <summary>What is said about a place in a rule file.</summary>
internal sealed record RuleMessageView(string File, int Line, int Column, string Severity, string Message)
{
    public static RuleMessageView Of(SourceMessage message) => new(
        message.File, message.Line, message.Column, message.Severity == MessageSeverity.Error ? "error" : "warning", message.Text);
}

/// <summary>What became of rules that were sent.</summary>
/// <param name="Version">First digits of their hash.</param>
/// <param name="Hash">SHA-256 over the files.</param>
/// <param name="Activated">They came into force by this request. False for a dry run, and when they were in force already.</param>
/// <param name="Sequence">Log record since which they are in force; null when not activated.</param>
/// <param name="Before">Version that was in force, or null.</param>
/// <param name="Warnings">What is probably not meant so.</param>
/// <param name="Unchanged">Rules that go on as they were, running delays included.</param>
/// <param name="Changes">Rules that do not, by id.</param>
/// <param name="Backtest">What the last hours would have been.</param>
internal sealed record RuleActivationView(
    string Version, string Hash, bool Activated, long? Sequence, string? Before, IReadOnlyList<RuleMessageView> Warnings, int Unchanged,
    IReadOnlyList<RuleChangeView> Changes, BacktestView Backtest)
{
    public static RuleActivationView Of(PostedRuleSet posted, ActivationResult result, IReadOnlyList<AlarmView> open)
    {
        var changes = RuleChangeView.Between(result.Before, posted.Rules!, open);
        return new(
            posted.Rules!.Version, posted.Rules.Hash, result.Outcome == ActivationOutcome.Activated, result.Sequence, result.Before?.Version,
            [.. posted.Messages.Select(RuleMessageView.Of)], posted.Rules.Rules.Length - changes.Count(change => change.Change != "removed"), changes,
            BacktestView.Of(result.Difference!));
    }
}

/// <param name="Rule">Its id.</param>
/// <param name="Change"><c>added</c>, <c>removed</c>, <c>changed</c>, or <c>retyped</c> (it is of another type now).</param>
/// <param name="OpenAlarms">Alarms of it that are open.</param>
internal sealed record RuleChangeView(string Rule, string Change, int OpenAlarms)
{
    public static IReadOnlyList<RuleChangeView> Between(RuleSet? before, RuleSet after, IReadOnlyList<AlarmView> open)
    {
        var old = before?.Rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal) ?? [];
        var changes = new List<RuleChangeView>();
        foreach (var rule in after.Rules)
        {
            if (!old.Remove(rule.Id, out var was))
                Add(rule.Id, "added");
            else if (was.GetType() != rule.GetType())
                Add(rule.Id, "retyped");
            else if (was.Hash != rule.Hash)
                Add(rule.Id, "changed");
        }
        foreach (string gone in old.Keys)
            Add(gone, "removed");
        return [.. changes.OrderBy(change => change.Rule, StringComparer.Ordinal)];

        void Add(string rule, string change) => changes.Add(new(rule, change, open.Count(alarm => alarm.Rule == rule)));
    }
}

/// <summary>The newest part of the log, through the rules in force and through the others.</summary>
/// <param name="From">First record played; null when there was none.</param>
/// <param name="To">Last record played.</param>
/// <param name="Records">Log records.</param>
/// <param name="Readings">Readings in them.</param>
/// <param name="LimitedBy"><c>records</c> or <c>transitions</c> when less was played than asked for; else null.</param>
/// <param name="AlarmsBefore">Alarms by the rules in force.</param>
/// <param name="AlarmsAfter">Alarms by the others.</param>
/// <param name="Added">Alarms that only the others raise.</param>
/// <param name="Removed">Alarms that only those in force raise.</param>
/// <param name="Moved">Alarms that begin or end at another time.</param>
/// <param name="Level">Alarms of another highest level.</param>
/// <param name="Changes">The differences by time, the first 1,000.</param>
internal sealed record BacktestView(
    DateTimeOffset? From, DateTimeOffset? To, long Records, long Readings, string? LimitedBy, int AlarmsBefore, int AlarmsAfter, int Added, int Removed, int Moved,
    int Level, IReadOnlyList<AlarmDifferenceView> Changes)
{
    private const int MostChanges = 1000;

    public static BacktestView Of(BacktestDifference difference)
    {
        int Count(AlarmChangeKind kind) => difference.Changes.Count(change => change.Kind == kind);
        return new(
            TimeOf(difference.FromTicks), TimeOf(difference.ToTicks), difference.Records, difference.Readings,
            difference.LimitedBy == BacktestLimit.None ? null : difference.LimitedBy.ToString().ToLowerInvariant(), difference.OldAlarms, difference.NewAlarms,
            Count(AlarmChangeKind.Added), Count(AlarmChangeKind.Removed), Count(AlarmChangeKind.Moved), Count(AlarmChangeKind.Level),
            [.. difference.Changes.Take(MostChanges).Select(AlarmDifferenceView.Of)]);
    }

    private static DateTimeOffset? TimeOf(long ticks) => ticks == 0 ? null : new(ticks, TimeSpan.Zero);
}

/// <param name="Kind"><c>added</c>, <c>removed</c>, <c>moved</c> or <c>level</c>.</param>
/// <param name="Rule">Rule id.</param>
/// <param name="Scope">What is watched.</param>
/// <param name="Before">By the rules in force; null when added.</param>
/// <param name="After">By the others; null when removed.</param>
internal sealed record AlarmDifferenceView(string Kind, string Rule, string Scope, AlarmSpanView? Before, AlarmSpanView? After)
{
    public static AlarmDifferenceView Of(AlarmChange change)
    {
        var named = (change.New ?? change.Old)!;
        return new(change.Kind.ToString().ToLowerInvariant(), named.Rule, named.Scope, AlarmSpanView.Of(change.Old), AlarmSpanView.Of(change.New));
    }
}

/// <param name="Alarm">Id of the alarm.</param>
/// <param name="From">When its condition began to hold.</param>
/// <param name="Until">When it ended; null when it held to the end.</param>
/// <param name="Level">Highest level.</param>
internal sealed record AlarmSpanView(string Alarm, DateTimeOffset From, DateTimeOffset? Until, string Level)
{
    public static AlarmSpanView? Of(AlarmEpisode? episode) => episode is null ? null : new(
        episode.Alarm, new(episode.FromTicks, TimeSpan.Zero), episode.UntilTicks is { } until ? new(until, TimeSpan.Zero) : null, LevelNames.NameOf(episode.PeakLevel));
}
