using System.Globalization;

namespace SensorGrid.Benches.Load;

/// <summary>Reads one number from a page in Prometheus' text format.</summary>
internal static class MetricsPage
{
    private static readonly Uri Page = new("/metrics", UriKind.Relative);

    public static async Task<long> ReadAsync(HttpClient http, string metric, CancellationToken cancellation)
    {
        string page = await http.GetStringAsync(Page, cancellation);
        foreach (var line in page.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(metric, StringComparison.Ordinal) && line.Length > metric.Length && line[metric.Length] == ' ')
                return (long)double.Parse(line[(metric.Length + 1)..], CultureInfo.InvariantCulture);
        }
        throw new InvalidOperationException($"{http.BaseAddress}metrics has no {metric}");
    }
}
