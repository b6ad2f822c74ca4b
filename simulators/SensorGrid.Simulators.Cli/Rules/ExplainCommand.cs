using SensorGrid.FieldProtocols;
using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SensorGrid.Alarms;
using SensorGrid.Alarms.Replays;

namespace SensorGrid.Simulators.Cli.Rules;

/// <summary>The <c>rules explain</c> command: which readings, limits and versions led to an alarm, and whether the same comes out again.</summary>
internal static class ExplainCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Command Create()
    {
        var options = new RuleToolOptions();
        var alarm = new Argument<string>("ALARM") { Description = "Id of the alarm." };
        var data = new Option<string?>("--data") { Description = "Data folder of a stopped service, or a copied log directory." };
        var url = new Option<Uri?>("--url") 
        {
            Description = "Address of a running service, e.g. http://127.0.0.1:8080.",
            CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https")
                ? address
                : OptionValues.Refuse<Uri>(result, $"--url: '{result.Tokens[0].Value}' is no address such as http://127.0.0.1:8080."),
        };
        var command = options.AddTo(new("explain", "Say what led to an alarm, and whether the same comes out again. 0: it does; 1: it does not.") { alarm, data, url });
        command.SetAction((parsed, cancellation) => RunAsync(parsed, options, parsed.GetRequiredValue(alarm), parsed.GetValue(data), parsed.GetValue(url), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, RuleToolOptions options, string alarm, string? data, Uri? url, CancellationToken cancellation)
    {
        if ((data is null) == (url is null))
            return RuleToolOptions.Refuse(parsed, "Give either --data or --url.");
        try
        {
            var explanation = url is null ? FromLog(parsed, data!, alarm, cancellation) : await FromServiceAsync(url, alarm, cancellation);
            if (parsed.GetValue(options.Json))
                RuleToolOptions.WriteJson(parsed, explanation);
            else
                Print(parsed, options, explanation);
            return (int)(explanation.Same ? RuleToolExit.Fine : RuleToolExit.Findings);
        }
        catch (Exception error) when (error is RuleToolException or IOException or UnauthorizedAccessException or HttpRequestException or JsonException)
        {
            return RuleToolOptions.Refuse(parsed, error.Message);
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return RuleToolOptions.Refuse(parsed, $"{url} did not answer within {Patience.TotalSeconds} s");
        }
    }

    private static AlarmExplanation FromLog(ParseResult parsed, string data, string alarm, CancellationToken cancellation)
    {
        var log = CopiedLog.Open(data);
        parsed.InvocationConfiguration.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"log records {log.FirstSequence} to {log.LastSequence} …"));
        var raise = log.PlayAll().FirstOrDefault(transition => transition.Alarm.Id == alarm && transition.Kind == AlarmTransitionKind.Raised)
            ?? throw new RuleToolException([$"{alarm}: the log in {data} raises no such alarm" + (log.FirstSequence == 1
                ? "" : $"; it begins at record {log.FirstSequence}, and what was in force before is not in it: ask the service (--url)")]);
        return new AlarmExplainer(log) { Formats = FieldFormats.All }.Explain(RaisedAlarm.Of(raise), cancellation);
    }

    private static async Task<AlarmExplanation> FromServiceAsync(Uri url, string alarm, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = Patience };
        var address = new Uri(url, $"/api/v1/alarms/{Uri.EscapeDataString(alarm)}/explanation");
        using var response = await http.GetAsync(address, cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new RuleToolException([$"{address} answers {(int)response.StatusCode}: {DetailOf(await response.Content.ReadAsStringAsync(cancellation))}"]);
        return await response.Content.ReadFromJsonAsync<AlarmExplanation>(cancellation) ?? throw new RuleToolException([$"{address} answers nothing"]);
    }

    private static string DetailOf(string problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("detail", out var detail) ? detail.ToString() : problem;
        }
        catch (JsonException)
        {
            return problem;
        }
    }

    private static void Print(ParseResult parsed, RuleToolOptions options, AlarmExplanation of)
    {
        var output = parsed.InvocationConfiguration.Output;
        options.Say(parsed, "explain.alarm", of.Alarm, of.Rule, of.Scope, of.Level, Time(of.OnsetAt), Time(of.RaisedAt));
        options.Say(parsed, "explain.record", of.Sequence, Time(of.ReceivedAt));
        options.Say(parsed, "explain.versions", of.RuleVersion ?? "?", of.RulesBy ?? "?", of.RulesAt is { } at ? Time(at) : "?", of.CatalogueVersion ?? "?");
        if (of.RulePlace is not null)
            options.Say(parsed, "explain.rule", of.RulePlace);
        foreach (string line in of.RuleText)
            output.WriteLine("    " + line);
        if (of.Measure is not null)
            options.Say(parsed, "explain.value", of.Measure, Number(of.Value), of.Unit ?? "", of.Direction ?? "", string.Join(", ", of.Limits.Select(limit => $"{limit.Level} {Number(limit.Value)}")));
        if (of.Points.Count > 0)
            options.Say(parsed, "explain.points", of.Points.Count);
        foreach (var point in of.Points)
            options.Say(parsed, "explain.point", point.Name, Number(point.Weight), Number(point.Value), point.At is { } newest ? Time(newest) : "–");
        options.Say(parsed, "explain.readings", of.ReadingsInWindow, Time(of.WindowFrom), Time(of.RaisedAt), of.Readings.Count - of.ReadingsBefore, of.ReadingsLeftOut);
        PrintReadings(parsed, options, of.Readings.Skip(of.ReadingsBefore));
        if (of.ReadingsBefore > 0)
            options.Say(parsed, "explain.before", of.ReadingsBefore);
        PrintReadings(parsed, options, of.Readings.Take(of.ReadingsBefore));
        if (of.BeginIsMissing)
            options.Say(parsed, "explain.begin");
        options.Say(parsed, of.Same ? "explain.same" : "explain.differs", of.RecordsPlayed, of.Recorded, of.Again ?? "–");
    }

    private static void PrintReadings(ParseResult parsed, RuleToolOptions options, IEnumerable<ExplainedReading> readings)
    {
        foreach (var reading in readings)
            options.Say(parsed, "explain.reading", Time(reading.ObservedAt), Time(reading.ReceivedAt), reading.Sequence, reading.Datastream, Number(reading.Value), reading.Quality);
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "–";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
