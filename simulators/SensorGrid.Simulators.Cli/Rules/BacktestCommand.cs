using System.CommandLine;
using System.Diagnostics;
using SensorGrid.Rules.Model;
using SensorGrid.Simulators.Recordings;
using SensorGrid.Simulators.RuleTools;

namespace SensorGrid.Simulators.Cli.Rules;

/// <summary>The <c>rules backtest</c> command: plays recordings through rules, prints the alarms, and judges them by known incidents.</summary>
internal static class BacktestCommand
{
    public static Command Create()
    {
        var options = new RuleToolOptions();
        var inputs = new RecordingOptions();
        var rules = new Option<string>("--rules") { Description = "A rule file, or a folder of them.", Required = true };
        var labels = new Option<string?>("--labels") { Description = "Known incidents: CSV with incident,site,from,until." };
        var lead = RecordingOptions.DurationOption("--lead", "How long before an incident an alarm still belongs to it (6h).", TimeSpan.FromHours(6));
        var dispatchers = new Option<int>("--dispatchers") { Description = "How many share the alarms (1).", DefaultValueFactory = _ => 1 };
        dispatchers.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--dispatchers is a number from 1.");
        });
        var html = new Option<string?>("--html") { Description = "Write a report with charts to this file." };
        var command = options.AddTo(new("backtest", "Play recordings through rules, in event time and at full speed.") { rules });
        inputs.AddTo(command);
        command.Add(labels);
        command.Add(lead);
        command.Add(dispatchers);
        command.Add(html);
        command.SetAction(parsed => Run(
            parsed, options, inputs, parsed.GetRequiredValue(rules), parsed.GetValue(labels), parsed.GetValue(lead), parsed.GetValue(dispatchers),
            parsed.GetValue(html)));
        return command;
    }

    private static int Run(
        ParseResult parsed, RuleToolOptions options, RecordingOptions inputs, string rules, string? labels, TimeSpan lead, int dispatchers, string? html)
    {
        try
        {
            var incidents = labels is null ? null : LabelledIncident.Read(labels);
            var played = inputs.Load(parsed);
            long began = Stopwatch.GetTimestamp();
            var run = inputs.Run(parsed, rules, played, sketches: html is not null);
            var took = Stopwatch.GetElapsedTime(began);
            var score = BacktestScore.Of(run, incidents, lead, dispatchers);
            if (html is not null)
                File.WriteAllText(html, BacktestReport.ToHtml(run, score, played.Title));
            if (parsed.GetValue(options.Json))
                WriteJson(parsed, run, score);
            else
                Print(parsed, options, run, score);
            parsed.InvocationConfiguration.Error.WriteLine(RuleToolTexts.Say(
                parsed.GetValue(options.Language)!, "backtest.speed", run.Readings, took.TotalSeconds, run.Readings / took.TotalSeconds));
            return (int)(score.Misses > 0 || score.FalseAlarms > 0 ? RuleToolExit.Findings : RuleToolExit.Fine);
        }
        catch (Exception error) when (error is RuleToolException or RecordingException or IOException or UnauthorizedAccessException)
        {
            return RuleToolOptions.Refuse(parsed, error.Message);
        }
    }

    private static void Print(ParseResult parsed, RuleToolOptions options, BacktestRun run, BacktestScore score)
    {
        foreach (var transition in run.Transitions)
            parsed.InvocationConfiguration.Output.WriteLine(transition.ToCanonicalText() + (transition.Retrospective ? " retrospective" : ""));
        foreach (var line in ScoreLines.Of(score))
            options.Say(parsed, line.Id, line.Figures);
    }

    private static void WriteJson(ParseResult parsed, BacktestRun run, BacktestScore score) => RuleToolOptions.WriteJson(parsed, new
    {
        RuleVersion = run.Rules?.Version,
        run.Readings,
        run.NotSent,
        From = RuleToolOptions.Time(run.FirstTicks),
        Until = RuleToolOptions.Time(run.LastTicks),
        Transitions = run.Transitions.Select(transition => transition.ToCanonicalText()),
        Episodes = run.Episodes.Select(episode => new
        {
            episode.Alarm, episode.Rule, episode.Scope, episode.Site, From = RuleToolOptions.Time(episode.FromTicks),
            Until = episode.UntilTicks is { } until ? RuleToolOptions.Time(until) : null, Level = LevelNames.NameOf(episode.PeakLevel), episode.Retrospective,
        }),
        Score = new
        {
            score.Alarms, score.SilenceAlarms, score.RetrospectiveAlarms, score.Hits, score.Misses, score.FalseAlarms, score.SiteDays,
            score.FalseAlarmsPerSiteDay, score.Chatter, score.AlarmsPerDispatcherHour,
            Incidents = score.Incidents.Select(met => new
            {
                met.Incident.Name, met.Incident.Site, From = RuleToolOptions.Time(met.Incident.FromTicks), Hit = met.First is not null, met.First?.Rule,
                FirstAlarm = met.FirstAlarmTicks is { } at ? RuleToolOptions.Time(at) : null, LeadSeconds = met.Lead?.TotalSeconds,
            }),
        },
    });
}
