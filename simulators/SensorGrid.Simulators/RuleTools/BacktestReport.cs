using System.Globalization;
using System.Net;
using System.Text;
using SensorGrid.Readings;
using SensorGrid.Rules.Model;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>A back-test as one HTML file that needs nothing else: figures, charts as inline SVG, and the alarms, in Chinese and English.</summary>
public static class BacktestReport
{
    // More is not looked through by a person, and a file must stay one that a browser opens.
    private const int MostCharts = 60;
    private const int MostRows = 2000;

    private const string Style = """
        body{font:14px/1.5 system-ui,sans-serif;max-width:1000px;margin:1em auto;padding:0 1em;color:#222}
        svg{width:100%;height:auto;background:#fafafa;border:1px solid #ddd}table{border-collapse:collapse;width:100%}
        td,th{border-bottom:1px solid #ddd;padding:2px 6px;text-align:left}.blue{color:#1565c0}.yellow{color:#a67c00}.orange{color:#d35400}.red{color:#c62828}
        p{margin:.2em 0}.en{color:#555}
        """;

    /// <summary>Writes the report.</summary>
    /// <param name="run">A run with sketches.</param>
    /// <param name="score">Its score.</param>
    /// <param name="title">Which recordings were played.</param>
    public static string ToHtml(BacktestRun run, BacktestScore score, string title)
    {
        ArgumentNullException.ThrowIfNull(run);
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>").Append(Encode(title)).Append("</title><style>").Append(Style)
            .Append("</style></head><body>\n<h1>").Append(Both("report.title")).Append("</h1>\n");
        Say(page, "report.played", title, run.Readings, Time(run.FirstTicks), Time(run.LastTicks), run.Rules?.Version ?? "");
        foreach (var (id, figures) in ScoreLines.Of(score))
            Say(page, id, figures);
        AppendCharts(page, run, score);
        AppendAlarms(page, run);
        return page.Append("</body></html>\n").ToString();
    }

    private static void AppendCharts(StringBuilder page, BacktestRun run, BacktestScore score)
    {
        var episodes = run.Episodes.Where(episode => episode.Datastream is not null).ToLookup(episode => episode.Datastream);
        var charted = run.Series.Where(series => series.Sketch is { Count: > 0 } && episodes.Contains(series.Id)).ToList();
        page.Append("<h2>").Append(Both("report.charts")).Append("</h2>\n");
        if (charted.Count > MostCharts)
            Say(page, "report.more", MostCharts, charted.Count);
        foreach (var series in charted.Take(MostCharts))
        {
            var incidents = score.Incidents.Select(met => met.Incident).Where(incident => incident.Site.Length == 0 || incident.Site == series.Site);
            page.Append("<h3>").Append(Encode(series.Id)).Append(' ').Append(Encode(series.UnitName)).Append("</h3>\n");
            SeriesChart.Append(page, series, [.. episodes[series.Id]], [.. incidents], ChartLimit.Of(run, series.Id), run.FirstTicks, run.LastTicks);
        }
    }

    private static void AppendAlarms(StringBuilder page, BacktestRun run)
    {
        page.Append("<h2>").Append(Both("report.alarms")).Append("</h2>\n");
        if (run.Episodes.Count > MostRows)
            Say(page, "report.more", MostRows, run.Episodes.Count);
        var titles = run.Rules?.Rules.ToDictionary(rule => rule.Id, rule => rule.Title, StringComparer.Ordinal) ?? [];
        page.Append("<table><tr><th>").Append(Both("report.level")).Append("</th><th>").Append(Both("report.rule")).Append("</th><th>").Append(Both("report.scope"))
            .Append("</th><th>").Append(Both("report.from")).Append("</th><th>").Append(Both("report.until")).Append("</th></tr>\n");
        foreach (var episode in run.Episodes.Take(MostRows))
        {
            string level = LevelNames.NameOf(episode.PeakLevel);
            var called = titles.GetValueOrDefault(episode.Rule) ?? new LocalizedText("", "");
            page.Append("<tr><td class=\"").Append(level).Append("\">").Append(Both("level." + level)).Append("</td><td>")
                .Append(Encode($"{called.Zh} {called.En}")).Append("<br><code>").Append(Encode(episode.Rule)).Append("</code></td><td>").Append(Encode(episode.Scope))
                .Append("</td><td>").Append(Time(episode.FromTicks)).Append("</td><td>").Append(episode.UntilTicks is { } until ? Time(until) : "…").Append("</td></tr>\n");
        }
        page.Append("</table>\n");
    }

    private static void Say(StringBuilder page, string id, params object[] figures) =>
        page.Append("<p>").Append(Encode(RuleToolTexts.Say("zh", id, figures))).Append(" <span class=\"en\" lang=\"en\">")
            .Append(Encode(RuleToolTexts.Say("en", id, figures))).Append("</span></p>\n");

    private static string Both(string id) => Encode($"{RuleToolTexts.Of(id).Zh} {RuleToolTexts.Of(id).En}");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
