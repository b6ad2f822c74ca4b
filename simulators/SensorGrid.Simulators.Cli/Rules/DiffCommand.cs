using System.CommandLine;
using SensorGrid.Alarms.Replays;
using SensorGrid.Rules.Model;
using SensorGrid.Simulators.RuleTools;

namespace SensorGrid.Simulators.Cli.Rules;

/// <summary>The <c>rules diff</c> command: what a change of rules does to the alarms of the same recordings.</summary>
internal static class DiffCommand
{
    private static readonly string[] Kinds = ["added", "removed", "moved", "level"];

    public static Command Create()
    {
        var options = new RuleToolOptions();
        var inputs = new RecordingOptions();
        var old = new Option<string>("--old") { Description = "The rules as they are: a file, or a folder.", Required = true };
        var @new = new Option<string>("--new") { Description = "The rules as they shall be.", Required = true };
        var within = RecordingOptions.DurationOption("--moved-within", "How far an alarm may move and still be the same (6h).", TimeSpan.FromHours(6));
        var failOn = new Option<string[]>("--fail-on")
        {
            Description = "Differences that end with 1: added, removed, moved, level; several with | or ,.",
            CustomParser = result =>
            {
                string[] wanted = [.. result.Tokens.SelectMany(token => token.Value.Split(['|', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
                foreach (string word in wanted.Except(Kinds))
                    result.AddError($"--fail-on: '{word}' is no difference; it is one of {string.Join(", ", Kinds)}.");
                return wanted;
            },
        };
        var command = options.AddTo(new("diff", "Compare the alarms of old and new rules on the same recordings.") { old, @new, failOn, within });
        inputs.AddTo(command);
        command.SetAction(parsed => Run(
            parsed, options, inputs, parsed.GetRequiredValue(old), parsed.GetRequiredValue(@new), parsed.GetValue(within), parsed.GetValue(failOn) ?? []));
        return command;
    }

    private static int Run(
        ParseResult parsed, RuleToolOptions options, RecordingOptions inputs, string old, string @new, TimeSpan within, string[] failOn)
    {
        try
        {
            var played = inputs.Load(parsed);
            var before = inputs.Run(parsed, old, played, sketches: false);
            var after = inputs.Run(parsed, @new, played, sketches: false);
            var changes = AlarmChange.Between(before.Episodes, after.Episodes, within);
            int[] counts = [.. Kinds.Select((_, kind) => changes.Count(change => (int)change.Kind == kind))];
            if (parsed.GetValue(options.Json))
                WriteJson(parsed, before, after, changes, counts);
            else
                Print(parsed, options, changes, counts);
            return (int)(Kinds.Where((kind, index) => failOn.Contains(kind) && counts[index] > 0).Any() ? RuleToolExit.Findings : RuleToolExit.Fine);
        }
        catch (Exception error) when (error is RuleToolException or IOException or UnauthorizedAccessException)
        {
            return RuleToolOptions.Refuse(parsed, error.Message);
        }
    }

    private static void Print(ParseResult parsed, RuleToolOptions options, IReadOnlyList<AlarmChange> changes, int[] counts)
    {
        foreach (var change in changes)
        {
            var named = (change.New ?? change.Old)!;
            options.Say(parsed, "diff." + Kinds[(int)change.Kind], named.Rule, named.Scope, Text(change.Old), Text(change.New));
        }
        options.Say(parsed, "diff.sum", [.. counts.Cast<object>()]);
    }

    private static void WriteJson(ParseResult parsed, BacktestRun before, BacktestRun after, IReadOnlyList<AlarmChange> changes, int[] counts) =>
        RuleToolOptions.WriteJson(parsed, new
        {
            Old = before.Rules?.Version, New = after.Rules?.Version, before.Readings,
            Added = counts[0], Removed = counts[1], Moved = counts[2], Level = counts[3],
            Changes = changes.Select(change => new
            {
                Kind = Kinds[(int)change.Kind], (change.New ?? change.Old)!.Rule, (change.New ?? change.Old)!.Scope, Old = Json(change.Old), New = Json(change.New),
            }),
        });

    private static object? Json(AlarmEpisode? episode) => episode is null ? null : new
    {
        episode.Alarm, From = RuleToolOptions.Time(episode.FromTicks),
        Until = episode.UntilTicks is { } until ? RuleToolOptions.Time(until) : null, Level = LevelNames.NameOf(episode.PeakLevel),
    };

    private static string Text(AlarmEpisode? episode) => episode is null
        ? ""
        : $"{RuleToolOptions.Time(episode.FromTicks)}/{(episode.UntilTicks is { } until ? RuleToolOptions.Time(until) : "…")} {LevelNames.NameOf(episode.PeakLevel)}";
}
