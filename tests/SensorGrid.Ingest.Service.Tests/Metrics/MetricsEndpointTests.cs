using System.Globalization;
using System.Text.RegularExpressions;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Metrics;

public sealed partial class MetricsEndpointTests(ServiceRig rig) : IClassFixture<ServiceRig>
{
    [Fact]
    public async Task Every_line_is_of_the_text_format_and_every_series_stands_once()
    {
        await using (var gateway = await TestGateway.ConnectAsync(rig.Mqtt))
        {
            await gateway.SendStageAsync(5.5, TimeProvider.System.GetUtcNow());
            await gateway.SendAsync("nonsense");
        }
        await rig.Api.OpenAlarmAsync();

        using var response = await rig.Api.Http.GetAsync("/metrics");
        string text = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var series = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
                continue;
            if (TypeLine().Match(line) is { Success: true } type)
            {
                Assert.True(types.TryAdd(type.Groups[1].Value, type.Groups[2].Value), line);
                continue;
            }
            var sample = SampleLine().Match(line);
            Assert.True(sample.Success, line);
            string name = sample.Groups[1].Value;
            Assert.True(types.ContainsKey(name) || types.ContainsKey(HistogramPart().Replace(name, "")), line);
            Assert.True(series.Add(name + sample.Groups[2].Value), $"twice: {line}");
            Assert.True(double.TryParse(sample.Groups[3].Value.Replace("+Inf", "∞", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out _), line);
        }
        foreach (string name in new[]
        {
            "sensorgrid_ingest_reading_admit_total", "sensorgrid_ingest_message_reject_total", "sensorgrid_ingest_follower_lag",
            "sensorgrid_alarms_transitions_total", "sensorgrid_alarms_open", "sensorgrid_log_sequence_durable",
            "sensorgrid_rules_evaluation_latency_seconds", "sensorgrid_rules_readings_total",
        })
        {
            Assert.True(types.ContainsKey(name), name);
        }
    }

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*\\})? (\\S+)$")]
    private static partial Regex SampleLine();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();
}
