using System.Text.Json;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Api;

/// <summary>Lists that may be long, over a city of more things than a page holds.</summary>
public sealed class PagingTests : IAsyncLifetime
{
    private const int Stations = 12;
    private const int MaxListed = 20;

    private readonly ServiceFolder folder = new();
    private RunningService service = null!;
    private ApiClient api = null!;

    public async Task InitializeAsync()
    {
        // Declared from the last to the first: the order of a list is its own.
        var numbers = Enumerable.Range(1, Stations).Reverse().ToArray();
        string Lines(Func<int, string> line) => string.Concat(numbers.Select(n => $"  - {line(n)}\n"));
        File.WriteAllText(folder.CatalogueFile, $$"""
            domains: [{ id: water, name: { zh: 水利, en: Water } }]
            sites: [{ id: reach, name: { zh: 河段, en: Reach }, domain: water }]
            stations:
            {{Lines(n => $"{{ id: river-{n:D2}, kind: river, site: reach, name: River {n}, domain: water }}")}}
            assets:
            {{Lines(n => $"{{ id: boat-{n:D2}, kind: boat, name: Boat {n}, domain: water }}")}}
            gateways:
            {{Lines(n => $"{{ id: gw-{n:D2}, domain: water, station: river-{n:D2} }}")}}
            datastreams:
            {{Lines(n => $"{{ gateway: gw-{n:D2}, name: stage, station: river-{n:D2}, quantity: level, unit: m, limits: {{ yellow: 3 }} }}")}}
            """);
        var settings = ServiceSettings.Read(
            new CommandLine(folder.Arguments("--Http:MaxListed", $"{MaxListed}", "--Logging:LogLevel:Default", "Error")), folder.Path);
        service = await Program.OpenAsync(settings);
        Assert.True(await service.StartAsync());
        api = new(service.Http);
        foreach (string stranger in new[] { "gw-00-strange", "zz-strange", "aa-strange" })
            await SendAsync(stranger, "b", "a");
    }

    public async Task DisposeAsync()
    {
        api?.Dispose();
        if (service is not null)
            await service.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("stations", "river-01 river-02 river-03 river-04 river-05 river-06 river-07 river-08 river-09 river-10 river-11 river-12")]
    [InlineData("assets", "boat-01 boat-02 boat-03 boat-04 boat-05 boat-06 boat-07 boat-08 boat-09 boat-10 boat-11 boat-12")]
    [InlineData("gateways", "gw-01 gw-02 gw-03 gw-04 gw-05 gw-06 gw-07 gw-08 gw-09 gw-10 gw-11 gw-12 aa-strange gw-00-strange zz-strange")]
    [InlineData("datastreams", "gw-01/stage gw-02/stage gw-03/stage gw-04/stage gw-05/stage gw-06/stage gw-07/stage gw-08/stage gw-09/stage gw-10/stage "
        + "gw-11/stage gw-12/stage gw-00-strange/b gw-00-strange/a zz-strange/b zz-strange/a aa-strange/b aa-strange/a")]
    public async Task Pages_of_any_size_together_are_the_whole_list_in_its_order(string list, string ids)
    {
        foreach (int limit in new[] { 1, 3, 5, 12, 15, 18, MaxListed })
            Assert.Equal(ids, string.Join(' ', await FollowAsync(list, $"limit={limit}")));
        Assert.Equal(ids, string.Join(' ', await FollowAsync(list, "")));
    }

    [Fact]
    public async Task What_comes_between_two_pages_neither_repeats_nor_hides_another_thing()
    {
        var first = await api.GetAsync("/api/v1/datastreams?limit=14");
        Assert.Equal("gw-00-strange/a", Ids(first, "datastreams")[^1]);
        await SendAsync("bb-strange", "x");

        var second = await api.GetAsync($"/api/v1/datastreams?limit=14&after={first.GetProperty("next").GetString()}");

        Assert.Equal(["zz-strange/b", "zz-strange/a", "aa-strange/b", "aa-strange/a", "bb-strange/x"], Ids(second, "datastreams"));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("all")]
    public async Task The_last_page_of_alarms_names_no_next_one_even_when_it_is_full(string state)
    {
        foreach (string gateway in new[] { "gw-01", "gw-02", "gw-03" })
            await SendAsync(gateway, "stage");
        await Wait.ForAsync<object>("three alarms", async () => (await api.GetAsync("/api/v1/alarms")).GetProperty("alarms").GetArrayLength() == 3 ? "" : null);
        var whole = await FollowAsync("alarms", $"state={state}");

        Assert.Equal(3, whole.Count);
        foreach (int limit in new[] { 1, 2, 3 })
            Assert.Equal(whole, await FollowAsync("alarms", $"state={state}&limit={limit}"));
        Assert.Equal(JsonValueKind.Null, (await api.GetAsync($"/api/v1/alarms?state={state}&limit=3")).GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("gateway=zz-strange", "zz-strange/b zz-strange/a")]
    [InlineData("gateway=gw-03", "gw-03/stage")]
    [InlineData("station=river-05", "gw-05/stage")]
    [InlineData("station=none", "")]
    public async Task A_page_holds_what_was_asked_for_and_counts_nothing_else(string filter, string ids)
    {
        Assert.Equal(ids, string.Join(' ', await FollowAsync("datastreams", $"{filter}&limit=1")));
    }

    [Theory]
    [InlineData("limit=0", "bad_limit")]
    [InlineData("limit=21", "bad_limit")]
    [InlineData("limit=many", "bad_request")]
    [InlineData("after=x", "bad_cursor")]
    public async Task A_page_that_cannot_be_is_refused(string asked, string code)
    {
        foreach (string list in new[] { "stations", "assets", "gateways", "datastreams" })
        {
            var (status, problem) = await api.GetProblemAsync($"/api/v1/{list}?{asked}");
            Assert.Equal((400, code), (status, problem.GetProperty("code").GetString()));
        }
    }

    [Theory]
    [InlineData("no datastream")]
    [InlineData("gw-01/never-heard-of")]
    public async Task A_place_among_the_unassigned_that_nobody_has_is_refused(string key)
    {
        var (status, problem) = await api.GetProblemAsync($"/api/v1/datastreams?after={new Service.Api.ListPlace(false, key)}");

        Assert.Equal((400, "bad_cursor"), (status, problem.GetProperty("code").GetString()));
    }

    private async Task<List<string>> FollowAsync(string list, string asked)
    {
        var ids = new List<string>();
        string? after = null;
        do
        {
            var page = await api.GetAsync($"/api/v1/{list}?{asked}{(after is null ? "" : $"&after={after}")}");
            ids.AddRange(Ids(page, list));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
        return ids;
    }

    private async Task SendAsync(string gateway, params string[] names)
    {
        await using var sender = await TestGateway.ConnectAsync(service.Mqtt, gateway);
        foreach (string name in names)
            await sender.SendAsync($$"""[{"n":"{{name}}","v":4}]""");
    }

    private static string[] Ids(JsonElement page, string list) => [.. page.GetProperty(list).EnumerateArray().Select(thing => thing.GetProperty("id").GetString()!)];
}
