using System.Globalization;
using System.Text;

namespace SensorGrid.Ingest.Service.Metrics;

/// <summary>Writes metric families in Prometheus' text format 0.0.4: <c># HELP</c>, <c># TYPE</c>, then one line for each series.
/// Names: dots become underscores, the unit is spelled out (<c>s</c> → <c>_seconds</c>), counters end in <c>_total</c>.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Write(StringBuilder to, IReadOnlyList<MetricFamily> families)
    {
        foreach (var family in families)
            Write(to, family);
    }

    public static void WriteCounter(StringBuilder to, string name, string help, double value)
    {
        Head(to, name, help, MetricKind.Counter);
        to.Append(name).Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>The name Prometheus sees.</summary>
    public static string NameOf(string name, string? unit, MetricKind kind)
    {
        var text = new StringBuilder(name.Length + 16);
        foreach (char c in name)
            text.Append(char.IsAsciiLetterOrDigit(c) || c == ':' ? c : '_');
        if (char.IsAsciiDigit(text[0]))
            text.Insert(0, '_');
        string suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "1" when kind == MetricKind.Gauge => "_ratio",
            _ => "",
        };
        if (suffix.Length > 0 && !text.ToString().EndsWith(suffix, StringComparison.Ordinal))
            text.Append(suffix);
        if (kind == MetricKind.Counter)
            text.Append("_total");
        return text.ToString();
    }

    private static void Write(StringBuilder to, MetricFamily family)
    {
        string name = NameOf(family.Name, family.Unit, family.Kind);
        Head(to, name, family.Description ?? "", family.Kind);
        foreach (var (labels, series) in family.Series.OrderBy(pair => string.Join('\0', pair.Labels.Select(label => label.Value)), StringComparer.Ordinal))
        {
            if (family.Kind == MetricKind.Histogram)
                WriteHistogram(to, name, labels, series, family.Bounds);
            else
                WriteLine(to, name, labels, null, series.Total);
        }
    }

    private static void WriteHistogram(StringBuilder to, string name, Label[] labels, MetricSeries series, double[] bounds)
    {
        long cumulative = 0;
        for (int i = 0; i <= bounds.Length; i++)
        {
            cumulative += series.BucketCount(i);
            WriteLine(to, name + "_bucket", labels, i < bounds.Length ? Number(bounds[i]) : "+Inf", cumulative);
        }
        WriteLine(to, name + "_sum", labels, null, series.Total);
        // From the buckets and not from a count of its own, so that it equals the last bucket while others record.
        WriteLine(to, name + "_count", labels, null, cumulative);
    }

    private static void Head(StringBuilder to, string name, string help, MetricKind kind)
    {
        string escaped = help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        string type = kind switch { MetricKind.Counter => "counter", MetricKind.Gauge => "gauge", _ => "histogram" };
        to.Append("# HELP ").Append(name).Append(' ').Append(escaped).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private static void WriteLine(StringBuilder to, string name, Label[] labels, string? upTo, double value)
    {
        to.Append(name);
        char separator = '{';
        foreach (var label in labels)
        {
            to.Append(separator).Append(LabelName(label.Name)).Append("=\"").Append(Escape(label.Value)).Append('"');
            separator = ',';
        }
        if (upTo is not null)
        {
            to.Append(separator).Append("le=\"").Append(upTo).Append('"');
            separator = ',';
        }
        if (separator == ',')
            to.Append('}');
        to.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string LabelName(string name) =>
        string.Concat(name.Select((c, i) => char.IsAsciiLetter(c) || (i > 0 && char.IsAsciiDigit(c)) ? c : '_'));

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture),
    };
}
