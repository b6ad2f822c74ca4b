using System.Globalization;
using System.Text;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>What a service holds at the end of a replay, as text that two runs can be compared by: every reading of every
/// datastream, and every alarm with its transitions in event time. Nothing in it depends on when messages arrived.</summary>
internal sealed record CityRecord(SortedDictionary<string, List<string>> Readings, List<string> Transitions)
{
    public static async Task<CityRecord> OfAsync(RunningService service)
    {
        await service.CaughtUpAsync();
        var readings = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var datastream in (await service.GetAsync("/api/v1/datastreams")).GetProperty("datastreams").EnumerateArray())
        {
            // Stations of the demo city that this replay does not feed have no readings.
            string id = datastream.GetProperty("id").GetString()!;
            var rows = await ReadingsAsync(service, id);
            if (rows.Count > 0)
                readings[id] = rows;
        }
        return new(readings, await TransitionsAsync(service));
    }

    private static async Task<List<string>> ReadingsAsync(RunningService service, string datastream)
    {
        var rows = new List<string>();
        string from = "2000-01-01T00:00:00Z";
        while (true)
        {
            var page = await service.GetAsync($"/api/v1/readings?datastream={Uri.EscapeDataString(datastream)}&from={Uri.EscapeDataString(from)}&to=2100-01-01T00:00:00Z&limit=10000");
            foreach (var reading in page.GetProperty("readings").EnumerateArray())
            {
                var row = new StringBuilder(reading.GetProperty("at").GetString());
                foreach (string field in (string[])["value", "text", "longitude", "latitude", "quality"])
                {
                    if (reading.TryGetProperty(field, out var value))
                        row.Append(' ').Append(value.GetRawText());
                }
                rows.Add(row.ToString());
            }
            if (!page.GetProperty("truncated").GetBoolean())
                return rows;
            // Start-inclusive: go on just behind the last instant seen.
            var last = DateTimeOffset.Parse(rows[^1].Split(' ')[0], CultureInfo.InvariantCulture);
            from = last.AddTicks(1).ToString("O", CultureInfo.InvariantCulture);
        }
    }

    private static async Task<List<string>> TransitionsAsync(RunningService service)
    {
        var lines = new List<string>();
        var list = await service.GetAsync("/api/v1/alarms?state=all&limit=1000");
        foreach (var alarm in list.GetProperty("alarms").EnumerateArray())
        {
            string id = alarm.GetProperty("id").GetString()!;
            var detail = await service.GetAsync($"/api/v1/alarms/{id}");
            foreach (var transition in detail.GetProperty("transitions").EnumerateArray())
            {
                lines.Add(string.Join(' ',
                    transition.GetProperty("at").GetString(),
                    id,
                    detail.GetProperty("rule").GetString(),
                    detail.GetProperty("scope").GetString(),
                    transition.GetProperty("kind").GetString(),
                    transition.GetProperty("level").GetString(),
                    transition.GetProperty("value").GetRawText()));
            }
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
