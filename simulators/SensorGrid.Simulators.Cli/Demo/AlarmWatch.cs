using System.Net.ServerSentEvents;
using System.Text.Json;

namespace SensorGrid.Simulators.Cli.Demo;

/// <summary>An alarm as the demo tells it.</summary>
/// <param name="Id">Alarm id.</param>
/// <param name="Domain">Domain id.</param>
/// <param name="Level">Level word.</param>
/// <param name="Title">Title in English.</param>
/// <param name="Scope">What it concerns.</param>
/// <param name="Active">Whether its condition holds.</param>
/// <param name="Revision">Number of its transitions.</param>
internal sealed record SeenAlarm(string Id, string Domain, string Level, string Title, string Scope, bool Active, int Revision);

/// <summary>Listens to the service's live alarms, as the console does.</summary>
internal sealed class AlarmWatch(HttpClient http)
{
    /// <summary>Tells every alarm message until cancelled or until the stream ends.</summary>
    public async IAsyncEnumerable<SeenAlarm> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync("/api/v1/alarms/stream?after=0", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (item.EventType == "alarm")
                yield return Parse(item.Data);
        }
    }

    private static SeenAlarm Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var alarm = document.RootElement;
        return new(
            alarm.GetProperty("id").GetString()!,
            alarm.GetProperty("domain").GetString()!,
            alarm.GetProperty("level").GetString()!,
            alarm.GetProperty("title").GetProperty("en").GetString()!,
            alarm.GetProperty("scope").GetString()!,
            alarm.GetProperty("active").GetBoolean(),
            alarm.GetProperty("revision").GetInt32());
    }
}
