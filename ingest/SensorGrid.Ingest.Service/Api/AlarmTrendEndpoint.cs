using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Readings;
using SensorGrid.Readings.Time;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Windows;
using SensorGrid.Storage;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/alarms/{id}/trend</c>: what the alarm's rule compared with its limits, over time. The alarm's limits belong beside these
/// values; beside the readings they belong only where the rule looks at each reading by itself.</summary>
internal sealed class AlarmTrendEndpoint(
    AlarmBoard board, AlarmTables tables, ReadingStore store, DatastreamTable datastreams, DefinitionsInForce inForce, StorageOptions options, TimeProvider time)
{
    private const int DefaultLimit = 10_000;
    private static readonly TimeSpan DefaultBefore = TimeSpan.FromHours(1);
    private static readonly TimeSpan DefaultAfter = TimeSpan.FromMinutes(15);

    private readonly AlarmTrend trend = new(store, options, time);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/alarms/{id}/trend", ReadAsync).WithTags("alarms").WithName("getAlarmTrend")
        .WithSummary("What the alarm's rule compared with its limits, with from ≤ time < to: a point for each change; with every, in buckets of that length.")
        .WithProblems(400, 404);

    private async Task<Results<Ok<TrendAnswer>, ProblemHttpResult>> ReadAsync(
        string id, CancellationToken cancellation, string? from = null, string? to = null, string? every = null, int? limit = null)
    {
        if ((board.Find(id) ?? tables.Find(id)) is not { } alarm)
            return AlarmEndpoints.NoSuchAlarm();
        if (!ReadingEndpoints.TryReadTime(to, alarm.RaisedAt + DefaultAfter, out var end) || !ReadingEndpoints.TryReadTime(from, alarm.OnsetAt - DefaultBefore, out var start))
            return ReadingEndpoints.BadTime();
        if (start >= end)
            return Problems.BadRequest("empty_range", "from must lie before to.");
        int most = limit ?? Math.Min(DefaultLimit, options.MaxReadings);
        if (most < 1 || most > options.MaxReadings)
            return Problems.BadRequest("bad_limit", $"limit is {most}; it may be 1 to {options.MaxReadings}.");
        if (tables.ReadDetail(id).Limits.Measure is not { } text || !ValueExpression.TryParse(text, out var measure)
            || alarm.Datastream is null || DatastreamIds.Parse(alarm.Datastream) is not { } key || !datastreams.TryFind(key, out var index))
        {
            return Problems.NotFound("no_measure", "The rule of this alarm compares no value of a datastream with limits.");
        }
        if (inForce.Catalogue.Find(key) is { } definition)
            measure = measure.For(definition);
        var answer = new TrendAnswer { Alarm = id, Datastream = alarm.Datastream, Measure = text, Unit = alarm.Unit };
        return every is null
            ? TypedResults.Ok(await ReadPointsAsync(answer, index, measure, start, end, most, cancellation))
            : await ReadBucketsAsync(answer, index, measure, start, end, every, cancellation);
    }

    private async Task<TrendAnswer> ReadPointsAsync(
        TrendAnswer answer, DatastreamIndex index, ValueExpression measure, DateTimeOffset from, DateTimeOffset to, int most, CancellationToken cancellation)
    {
        var points = new List<TrendPointView>();
        var range = await trend.MeasureAsync(index, measure, from, to, Take, cancellation);
        return answer with { Points = points, Truncated = range.IsCut, UnreadableFiles = range.UnreadableFiles };

        bool Take(MeasurePoint point)
        {
            if (points.Count == most)
                return false;
            points.Add(new(new(point.TimeTicks, TimeSpan.Zero), ReadingView.FiniteOrNull(point.Value)));
            return true;
        }
    }

    private async Task<Results<Ok<TrendAnswer>, ProblemHttpResult>> ReadBucketsAsync(
        TrendAnswer answer, DatastreamIndex index, ValueExpression measure, DateTimeOffset from, DateTimeOffset to, string every, CancellationToken cancellation)
    {
        if (!DurationText.TryParse(every, out var length) || length <= TimeSpan.Zero)
            return ReadingEndpoints.BadEvery();
        long count = (to - from).Ticks / length.Ticks + 2;
        if (count > options.MaxBuckets)
            return Problems.BadRequest("too_many_buckets", $"These are up to {count} buckets; at most {options.MaxBuckets} are answered (Storage:MaxBuckets). Ask for longer ones.");
        var buckets = new TrendBuckets(length);
        var range = await trend.MeasureAsync(index, measure, from, to, buckets.Take, cancellation);
        return TypedResults.Ok(answer with
        {
            Every = System.Xml.XmlConvert.ToString(length),
            Buckets = buckets.ToList(),
            Truncated = range.IsCut,
            UnreadableFiles = range.UnreadableFiles,
        });
    }
}

/// <summary>What a rule compared with its limits: either <c>points</c>, or, when <c>every</c> was given, <c>buckets</c>.</summary>
internal sealed record TrendAnswer
{
    public required string Alarm { get; init; }

    public required string Datastream { get; init; }

    /// <summary>What of the readings it is: last, sum(3h), rate(1h) …</summary>
    public required string Measure { get; init; }

    /// <summary>Unit of the values and of the alarm's limits.</summary>
    public string? Unit { get; init; }

    public string? Every { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TrendPointView>? Points { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BucketView>? Buckets { get; init; }

    /// <summary>There is more in the range than was let through, or looked at.</summary>
    public bool Truncated { get; init; }

    /// <summary>Files of the range that could not be read; what was in them is missing here.</summary>
    public int UnreadableFiles { get; init; }
}

/// <summary>The value from a moment on, until the next point; null while the readings in the window give none.</summary>
internal sealed record TrendPointView(DateTimeOffset At, double? Value);
