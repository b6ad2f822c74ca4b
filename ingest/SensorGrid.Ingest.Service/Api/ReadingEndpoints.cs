using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Readings;
using SensorGrid.Readings.Time;
using SensorGrid.Readings.Units;
using SensorGrid.Storage;
using SensorGrid.Storage.Queries;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/readings</c>: one datastream's readings in a range of time, as they came or in buckets.</summary>
internal sealed class ReadingEndpoints(ReadingStore store, DatastreamTable datastreams, DefinitionsInForce definitions, int maxReadings, TimeProvider time)
{
    private static readonly TimeSpan DefaultRange = TimeSpan.FromHours(24);
    private const int DefaultLimit = 10_000;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/readings", ReadAsync).WithTags("readings").WithName("getReadings")
        .WithSummary("Readings of a datastream with from ≤ time < to, oldest first; with every, in buckets of that length.")
        .WithProblems(400, 404, 503);

    private async Task<Results<Ok<ReadingsAnswer>, ProblemHttpResult>> ReadAsync(
        HttpContext context, CancellationToken cancellation, string? datastream = null, string? from = null, string? to = null, string? every = null, int? limit = null)
    {
        if (datastream is null || DatastreamIds.Parse(datastream) is not { } key)
            return Problems.BadRequest("bad_datastream", "datastream must be given, as gateway/name.");
        if (!TryReadTime(to, time.GetUtcNow(), out var end) || !TryReadTime(from, end - DefaultRange, out var start))
            return BadTime();
        if (!datastreams.TryFind(key, out var index))
        {
            return definitions.Catalogue.Find(key) is { } expected
                ? TypedResults.Ok(ReadingsAnswer.Empty(datastream, expected.UnitName, every))
                : Problems.NotFound("no_such_datastream", "Neither the catalogue nor any gateway has named this datastream.");
        }
        try
        {
            if (every is null)
                return await ReadRawAsync(key, index, start, end, limit ?? Math.Min(DefaultLimit, maxReadings), cancellation);
            if (!DurationText.TryParse(every, out var bucket) || bucket <= TimeSpan.Zero)
                return BadEvery();
            return await ReadBucketsAsync(key, index, start, end, bucket, cancellation);
        }
        catch (ReadingQueryException e) when (e.Reason == QueryRefusal.TooManyQueries)
        {
            context.Response.Headers.RetryAfter = "1";
            return Problems.Unavailable("too_many_queries", e.Message);
        }
        catch (ReadingQueryException e)
        {
            return Problems.BadRequest(CodeOf(e.Reason), e.Message);
        }
    }

    private async Task<Results<Ok<ReadingsAnswer>, ProblemHttpResult>> ReadRawAsync(
        DatastreamKey key, DatastreamIndex index, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation)
    {
        if (limit < 1 || limit > maxReadings)
            return Problems.BadRequest("bad_limit", $"limit is {limit}; it may be 1 to {maxReadings}.");
        var range = await store.ReadAsync(index, from, to, limit, newestFirst: false, cancellation);
        return TypedResults.Ok(new ReadingsAnswer
        {
            Datastream = key.ToString(),
            Unit = UnitOf(key, index),
            Readings = [.. range.Readings.Select(ReadingView.Of)],
            Truncated = range.Truncated,
            UnreadableFiles = range.UnreadableFiles.Count,
        });
    }

    private async Task<Results<Ok<ReadingsAnswer>, ProblemHttpResult>> ReadBucketsAsync(
        DatastreamKey key, DatastreamIndex index, DateTimeOffset from, DateTimeOffset to, TimeSpan every, CancellationToken cancellation)
    {
        var range = await store.ReadBucketsAsync(index, from, to, every, cancellation);
        return TypedResults.Ok(new ReadingsAnswer
        {
            Datastream = key.ToString(),
            Unit = UnitOf(key, index),
            Every = System.Xml.XmlConvert.ToString(every),
            Buckets = [.. range.Buckets.Select(BucketView.Of)],
            UnreadableFiles = range.UnreadableFiles.Count,
        });
    }

    private string? UnitOf(DatastreamKey key, DatastreamIndex index) =>
        definitions.Catalogue.Find(key)?.UnitName ?? (store.TryGetLatest(index, out var latest) && latest.Unit != UnitRegistry.None ? UnitRegistry.NameOf(latest.Unit) : null);

    public static ProblemHttpResult BadTime() => Problems.BadRequest("bad_time", "from and to must be RFC 3339 times, such as 2026-01-31T08:00:00Z.");

    public static ProblemHttpResult BadEvery() => Problems.BadRequest("bad_every", $"every must be {DurationText.Rule}.");

    public static bool TryReadTime(string? text, DateTimeOffset standard, out DateTimeOffset at)
    {
        at = standard;
        return text is null || (text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at));
    }

    private static string CodeOf(QueryRefusal reason) => reason switch
    {
        QueryRefusal.EmptyRange => "empty_range",
        QueryRefusal.LimitOutOfRange => "bad_limit",
        QueryRefusal.BucketNotPositive => "bad_every",
        QueryRefusal.TooManyBuckets => "too_many_buckets",
        _ => "bad_request",
    };
}

/// <summary>Readings of one datastream: either <c>readings</c>, or, when <c>every</c> was given, <c>buckets</c>.</summary>
internal sealed record ReadingsAnswer
{
    public required string Datastream { get; init; }

    public string? Unit { get; init; }

    public string? Every { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReadingView>? Readings { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BucketView>? Buckets { get; init; }

    /// <summary>There are more readings in the range than the limit let through.</summary>
    public bool Truncated { get; init; }

    /// <summary>Files of the range that could not be read; what was in them is missing here.</summary>
    public int UnreadableFiles { get; init; }

    public static ReadingsAnswer Empty(string datastream, string? unit, string? every) =>
        new() { Datastream = datastream, Unit = unit, Every = every, Readings = every is null ? [] : null, Buckets = every is null ? null : [] };
}

/// <summary>One reading: a number or a boolean (<c>value</c>), a text, or a position.</summary>
internal sealed record ReadingView
{
    public required DateTimeOffset At { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Value { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Longitude { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Latitude { get; init; }

    /// <summary>good, suspect, estimated, missing or bad.</summary>
    public required string Quality { get; init; }

    public static ReadingView Of(StoredReading reading) => new()
    {
        At = reading.ObservedAt,
        // A sentinel is the sensor's word for "no value", not a value to draw.
        Value = reading.Kind is ReadingKind.Number or ReadingKind.Boolean && reading.Quality != Readings.Quality.Missing ? FiniteOrNull(reading.Value) : null,
        Text = reading.Text,
        Longitude = reading.Kind == ReadingKind.Position ? FiniteOrNull(reading.Value) : null,
        Latitude = reading.Kind == ReadingKind.Position ? FiniteOrNull(reading.Value2) : null,
        Quality = QualityWords.Of(reading.Quality),
    };

    // JSON has no word for infinity.
    public static double? FiniteOrNull(double value) => double.IsFinite(value) ? value : null;
}

internal sealed record BucketView(DateTimeOffset At, double? Min, double? Max, double? Avg, long Count, double? Last)
{
    public static BucketView Of(ReadingBucket bucket) => new(
        new(bucket.StartTicks, TimeSpan.Zero), ReadingView.FiniteOrNull(bucket.Min), ReadingView.FiniteOrNull(bucket.Max),
        ReadingView.FiniteOrNull(bucket.Average), bucket.Count, ReadingView.FiniteOrNull(bucket.Last));
}

internal static class QualityWords
{
    public static string Of(Quality quality) => quality switch
    {
        Quality.Good => "good",
        Quality.Suspect => "suspect",
        Quality.Estimated => "estimated",
        Quality.Missing => "missing",
        _ => "bad",
    };
}

internal static class DatastreamIds
{
    /// <summary>The key that an id <c>gateway/name</c> names; a name may hold further slashes.</summary>
    public static DatastreamKey? Parse(string id)
    {
        int slash = id.IndexOf('/', StringComparison.Ordinal);
        return slash <= 0 || slash == id.Length - 1 ? null : new(id[..slash], id[(slash + 1)..]);
    }
}
