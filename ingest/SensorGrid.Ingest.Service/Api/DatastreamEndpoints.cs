using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;
using SensorGrid.Storage;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/gateways</c> and <c>/datastreams</c>: what the catalogue expects and what really sends, side by side. What only
/// one of the two knows is listed as well: that is how a wrong name is found.</summary>
internal sealed class DatastreamEndpoints(DefinitionsInForce definitions, GatewayRegister register, DatastreamTable datastreams, ReadingStore store)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("readings");
        group.MapGet("/gateways", Gateways).WithName("listGateways").WithSummary("Gateways, with what was accepted and refused since the service started.");
        group.MapGet("/datastreams", Datastreams).WithName("listDatastreams").WithSummary("Datastreams with their newest reading; unassigned ones are not in the catalogue.");
        group.MapGet("/rejections", Rejections).WithName("listRejections").WithSummary("Refused messages: one for each gateway and reason, with the start of the newest.");
    }

    private Ok<GatewayList> Gateways()
    {
        var catalogue = definitions.Catalogue;
        var views = new List<GatewayView>();
        var seen = register.Gateways.ToDictionary(entry => entry.Id, StringComparer.Ordinal);
        foreach (var gateway in catalogue.Gateways)
            views.Add(View(gateway.Id, gateway.Domain, seen.GetValueOrDefault(gateway.Id), known: true));
        foreach (var entry in seen.Values.Where(entry => catalogue.Gateways.Find(entry.Id) is null).OrderBy(entry => entry.Id, StringComparer.Ordinal))
            views.Add(View(entry.Id, entry.Domain, entry, known: false));
        return TypedResults.Ok(new GatewayList(views));
    }

    private static GatewayView View(string id, string? domain, GatewayEntry? entry, bool known) => new(
        id, domain, entry?.Status?.Online, entry?.LastReceivedAt, entry?.Accepted ?? 0,
        entry?.Rejected.ToDictionary(StringComparer.Ordinal) ?? [], known);

    private Ok<DatastreamList> Datastreams(string? station = null, string? asset = null, string? gateway = null, string? domain = null)
    {
        var catalogue = definitions.Catalogue;
        var views = new List<DatastreamView>();
        foreach (var definition in catalogue.Datastreams)
            views.Add(DatastreamView.Of(definition.Key, definition, LatestOf(definition.Key)));
        for (int i = 0, count = datastreams.Count; i < count; i++)
        {
            var key = datastreams.KeyOf(new(i));
            if (catalogue.Find(key) is null)
                views.Add(DatastreamView.Of(key, null, LatestOf(key)));
        }
        return TypedResults.Ok(new DatastreamList([.. views.Where(view =>
            (station is null || view.Station == station) && (asset is null || view.Asset == asset)
            && (gateway is null || view.Gateway == gateway) && (domain is null || view.Domain == domain))]));
    }

    private Ok<RejectionList> Rejections() => TypedResults.Ok(new RejectionList([.. register.RecentRejections.Select(message => new RejectionView(
        message.Gateway, message.Reason, message.Count, message.FirstAt, message.LastAt, message.Topic, message.PayloadStart,
        message.PayloadLength, message.PayloadPosition, message.Sequence))]));

    private StoredReading? LatestOf(DatastreamKey key) =>
        datastreams.TryFind(key, out var index) && store.TryGetLatest(index, out var reading) ? reading : null;
}

internal sealed record GatewayList(IReadOnlyList<GatewayView> Gateways);

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

internal sealed record DatastreamList(IReadOnlyList<DatastreamView> Datastreams);

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
