using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;
using SensorGrid.Storage;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/gateways</c> and <c>/datastreams</c>: what the catalogue expects and what really sends, side by side. What only
/// one of the two knows is listed as well: that is how a wrong name is found.</summary>
internal sealed class DatastreamEndpoints(
    DefinitionsInForce definitions, GatewayRegister register, DatastreamTable datastreams, ReadingStore store, HttpOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("readings");
        group.MapGet("/gateways", Gateways).WithName("listGateways").WithSummary("Gateways, with what was accepted and refused since the service started: those of the catalogue by id, then the others.").WithProblems(400);
        group.MapGet("/datastreams", Datastreams).WithName("listDatastreams").WithSummary("Datastreams with their newest reading: those of the catalogue by id, then the unassigned ones.").WithProblems(400);
        group.MapGet("/rejections", Rejections).WithName("listRejections").WithSummary("Refused messages: one for each gateway and reason, with the start of the newest.");
    }

    private Results<Ok<GatewayList>, ProblemHttpResult> Gateways(int? limit = null, string? after = null)
    {
        if (ListPages.Read(limit, after, options, out var page) is { } problem)
            return problem;
        var (gateways, next) = page.Take(KnownGateways(page.After).Concat(UnknownGateways(page.After)));
        return TypedResults.Ok(new GatewayList(gateways, next));
    }

    private IEnumerable<(GatewayView, ListPlace)> KnownGateways(ListPlace? after) => after is { IsKnown: false } ? [] :
        ListPages.After(definitions.Index.Gateways, ListPlace.KnownAfter(after), gateway => gateway.Id)
            .Select(gateway => (View(gateway.Id, gateway.Domain, register.Find(gateway.Id), known: true), new ListPlace(true, gateway.Id)));

    private IEnumerable<(GatewayView, ListPlace)> UnknownGateways(ListPlace? after)
    {
        var catalogue = definitions.Catalogue;
        string beyond = after is { IsKnown: false } unknown ? unknown.Key : "";
        return register.Gateways.Where(entry => string.CompareOrdinal(entry.Id, beyond) > 0 && catalogue.Gateways.Find(entry.Id) is null)
            .OrderBy(entry => entry.Id, StringComparer.Ordinal)
            .Select(entry => (View(entry.Id, entry.Domain, entry, known: false), new ListPlace(false, entry.Id)));
    }

    private static GatewayView View(string id, string? domain, GatewayEntry? entry, bool known) => new(
        id, domain, entry?.Status?.Online, entry?.LastReceivedAt, entry?.Accepted ?? 0,
        entry?.Rejected.ToDictionary(StringComparer.Ordinal) ?? [], known);

    private Results<Ok<DatastreamList>, ProblemHttpResult> Datastreams(
        string? station = null, string? asset = null, string? gateway = null, string? domain = null, bool? assigned = null, int? limit = null, string? after = null)
    {
        if (ListPages.Read(limit, after, options, out var page) is { } problem)
            return problem;
        if (!TryReadUnknown(page.After, out int firstUnknown))
            return ListPages.BadCursor();
        var known = (assigned is false ? [] : KnownDatastreams(page.After)).Where(definition =>
            (station is null || definition.Station?.Id == station) && (asset is null || definition.Asset?.Id == asset)
            && (gateway is null || definition.Gateway.Id == gateway) && (domain is null || definition.Domain == domain));
        // What the catalogue does not know belongs to no station, asset or domain.
        var unknown = station is null && asset is null && domain is null && assigned is not true ? UnknownDatastreams(firstUnknown, gateway) : [];
        var (datastreams, next) = page.Take(
            known.Select(definition => (DatastreamView.Of(definition.Key, definition, LatestOf(definition.Key)), new ListPlace(true, definition.Id)))
                .Concat(unknown.Select(entry => (DatastreamView.Of(entry.Key, null, LatestOf(entry.Key)), entry.Place))));
        return TypedResults.Ok(new DatastreamList(datastreams, next));
    }

    private IEnumerable<DatastreamDefinition> KnownDatastreams(ListPlace? after) => after is { IsKnown: false } ? [] :
        ListPages.After(definitions.Index.Datastreams, ListPlace.KnownAfter(after), datastream => datastream.Id);

    // In the order in which they were first heard of: that order only grows at its end, and nothing need be sorted.
    private IEnumerable<(DatastreamKey Key, ListPlace Place)> UnknownDatastreams(int first, string? gateway)
    {
        var catalogue = definitions.Catalogue;
        foreach (int i in gateway is null ? Enumerable.Range(first, Math.Max(0, datastreams.Count - first)) : datastreams.OfGateway(gateway).Select(index => index.Value).Where(index => index >= first).Order())
        {
            var key = datastreams.KeyOf(new(i));
            if (catalogue.Find(key) is null)
                yield return (key, new(false, key.ToString()));
        }
    }

    private bool TryReadUnknown(ListPlace? after, out int first)
    {
        first = 0;
        if (after is not { IsKnown: false } place)
            return true;
        if (DatastreamIds.Parse(place.Key) is not { } key || !datastreams.TryFind(key, out var last))
            return false;
        first = last.Value + 1;
        return true;
    }

    private Ok<RejectionList> Rejections() => TypedResults.Ok(new RejectionList([.. register.RecentRejections.Select(message => new RejectionView(
        message.Gateway, message.Reason, message.Count, message.FirstAt, message.LastAt, message.Topic, message.PayloadStart,
        message.PayloadLength, message.PayloadPosition, message.Sequence))]));

    private StoredReading? LatestOf(DatastreamKey key) =>
        datastreams.TryFind(key, out var index) && store.TryGetLatest(index, out var reading) ? reading : null;
}

/// <param name="Gateways">The page.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null when there is none.</param>
internal sealed record GatewayList(IReadOnlyList<GatewayView> Gateways, string? Next);

/// <param name="Id">Gateway id.</param>
/// <param name="Domain">Its domain by the catalogue, else the one it publishes in.</param>
/// <param name="Online">What it said of itself last; null when it never did.</param>
/// <param name="LastReceivedAt">When its newest message came.</param>
/// <param name="Accepted">Messages kept and read.</param>
/// <param name="Rejected">Messages refused or not readable, by reason.</param>
/// <param name="Known">The catalogue has it.</param>
internal sealed record GatewayView(
    string Id, string? Domain, bool? Online, DateTimeOffset? LastReceivedAt, long Accepted, IReadOnlyDictionary<string, long> Rejected, bool Known);

internal sealed record RejectionList(IReadOnlyList<RejectionView> Rejections);

internal sealed record RejectionView(
    string Gateway, string Reason, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, string Topic, string PayloadStart,
    long PayloadLength, int PayloadPosition, long Sequence);

/// <param name="Datastreams">The page.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null when there is none.</param>
internal sealed record DatastreamList(IReadOnlyList<DatastreamView> Datastreams, string? Next);

internal sealed record DatastreamView(
    string Id, string Gateway, string Name, string? Station, string? Asset, string? Domain, string? Quantity, string? Unit, int? Decimals,
    bool Assigned, LimitsView? Limits, LatestView? Latest)
{
    public static DatastreamView Of(DatastreamKey key, DatastreamDefinition? definition, StoredReading? latest) => new(
        key.ToString(), key.Gateway, key.Name, definition?.Station?.Id, definition?.Asset?.Id, definition?.Domain, definition?.Quantity,
        definition is not null ? EmptyAsNull(definition.UnitName) : latest is { } sent ? EmptyAsNull(UnitRegistry.NameOf(sent.Unit)) : null,
        definition?.Decimals, definition is not null,
        definition?.Limits is { } limits ? new(limits.Blue, limits.Yellow, limits.Orange, limits.Red) : null,
        latest is { } reading ? LatestView.Of(reading) : null);

    private static string? EmptyAsNull(string text) => text.Length == 0 ? null : text;
}

internal sealed record LimitsView(double? Blue, double? Yellow, double? Orange, double? Red);

internal sealed record LatestView(DateTimeOffset ObservedAt, double? Value, string? Text, string Quality)
{
    public static LatestView Of(StoredReading reading)
    {
        var view = ReadingView.Of(reading);
        return new(view.At, view.Value, view.Text, view.Quality);
    }
}
