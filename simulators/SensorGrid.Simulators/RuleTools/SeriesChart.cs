using System.Globalization;
using System.Net;
using System.Text;
using SensorGrid.Alarms.Replays;
using SensorGrid.Rules.Model;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>The course of one datastream as SVG: values as a band from smallest to largest, incidents and alarms shaded behind, limits
/// as lines with their level and value, alarms as bars below.</summary>
internal static class SeriesChart
{
    private const double Left = 60, Right = 990, Top = 10, Bottom = 190, Bars = 200;
    private static readonly string[] Colours = ["#888", "#1e88e5", "#f9c400", "#ef6c00", "#d32f2f"];

    public static void Append(
        StringBuilder page, PlayedSeries series, IReadOnlyList<AlarmEpisode> episodes, IReadOnlyList<LabelledIncident> incidents,
        IReadOnlyList<ChartLimit> limits, long first, long last)
    {
        var points = series.Sketch!.Points.ToList();
        double low = points.Min(point => point.Low), high = points.Max(point => point.High);
        // A limit above all values shows how far away it was, unless it would flatten them.
        foreach (var limit in limits.Where(limit => Math.Abs(limit.Value - (low + high) / 2) <= 2 * Math.Max(high - low, 1e-9)))
            (low, high) = (Math.Min(low, limit.Value), Math.Max(high, limit.Value));
        double height = high > low ? high - low : 1;
        double span = Math.Max(1, last - first);
        page.Append("<svg viewBox=\"0 0 1000 240\" role=\"img\">");
        foreach (var incident in incidents)
            Bar(page, incident.FromTicks, incident.UntilTicks, Top, Bottom - Top, "#fde0dc", incident.Name);
        foreach (var episode in episodes)
            Bar(page, episode.FromTicks, episode.UntilTicks ?? last, Top, Bottom - Top, Colours[(int)episode.PeakLevel] + "22", $"{episode.Rule} {LevelNames.NameOf(episode.PeakLevel)}");
        foreach (var limit in limits.Where(limit => limit.Value >= low && limit.Value <= high))
            Line(limit);
        page.Append("<path fill=\"none\" stroke=\"#37474f\" d=\"");
        string step = "M";
        foreach (var (at, least, most) in points)
        {
            page.Append(step).Append(F(X(at))).Append(' ').Append(F(Y(most)));
            if (most > least)
                page.Append('V').Append(F(Y(least)));
            step = "L";
        }
        page.Append("\"/>");
        foreach (var episode in episodes)
            Bar(page, episode.FromTicks, episode.UntilTicks ?? last, Bars, 14, Colours[(int)episode.PeakLevel], $"{episode.Rule} {LevelNames.NameOf(episode.PeakLevel)}");
        Text(page, 2, Top + 10, high.ToString("G5", CultureInfo.InvariantCulture));
        Text(page, 2, Bottom, low.ToString("G5", CultureInfo.InvariantCulture));
        Text(page, Left, 234, Time(first));
        Text(page, Right - 120, 234, Time(last));
        page.Append("</svg>\n");

        double X(long ticks) => Left + Math.Clamp((ticks - first) / span, 0, 1) * (Right - Left);

        double Y(double value) => Bottom - (value - low) / height * (Bottom - Top);

        void Line(ChartLimit limit)
        {
            string name = $"level.{LevelNames.NameOf(limit.Level)}", y = F(Y(limit.Value)), colour = Colours[(int)limit.Level];
            page.Append("<line class=\"limit\" x1=\"").Append(F(Left)).Append("\" x2=\"").Append(F(Right)).Append("\" y1=\"").Append(y).Append("\" y2=\"").Append(y)
                .Append("\" stroke=\"").Append(colour).Append("\" stroke-dasharray=\"6 3\"><title>").Append(WebUtility.HtmlEncode(limit.Rules)).Append("</title></line>");
            Text(page, Left + 4, Y(limit.Value) - 3, $"{RuleToolTexts.Of(name).Zh} {RuleToolTexts.Of(name).En} {limit.Value.ToString("G6", CultureInfo.InvariantCulture)}");
        }

        void Bar(StringBuilder to, long from, long until, double y, double tall, string colour, string tip) =>
            to.Append("<rect x=\"").Append(F(X(from))).Append("\" y=\"").Append(F(y)).Append("\" width=\"").Append(F(Math.Max(1.5, X(until) - X(from))))
                .Append("\" height=\"").Append(F(tall)).Append("\" fill=\"").Append(colour).Append("\"><title>").Append(WebUtility.HtmlEncode(tip))
                .Append("</title></rect>");
    }

    private static void Text(StringBuilder page, double x, double y, string text) =>
        page.Append("<text x=\"").Append(F(x)).Append("\" y=\"").Append(F(y)).Append("\" font-size=\"12\">").Append(text).Append("</text>");

    private static string F(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
