using System.Buffers;
using System.Net.Sockets;
using System.Text.Json;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Api;

/// <summary>What the API says of stations that speak a field protocol.</summary>
public sealed class HeardStationsTests : IAsyncLifetime
{
    // Station 0030746200: PT (accumulated rain), ZT (its states) and more.
    private static readonly byte[] Report =
        Convert.FromHexString("7E7E010030746200001232002F024465260701060036F1F1003074620048F0F02607010600261900311345200060048138121287FF090820FF3311020503B042");

    private readonly ServiceFolder folder = new();
    private LocalService service = null!;

    public async Task InitializeAsync()
    {
        File.AppendAllText(Path.Combine(folder.CatalogueFolder, "gauge.yaml"), """
            gateways: [{ id: "0030746200", domain: water }]
            datastreams: [{ gateway: "0030746200", name: PT, station: bridge, quantity: rain, unit: mm }]
            """);
        service = await LocalService.StartAsync(
            folder, null, "--FieldProtocols:Sl651:Listen", "127.0.0.1:0", "--FieldProtocols:Gb26875:Listen", "127.0.0.1:0", "--FieldProtocols:Gb26875:Domain", "fire");
    }

    public async Task DisposeAsync()
    {
        await service.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_station_is_listed_with_what_came_of_it_and_what_the_catalogue_lacks()
    {
        byte[] broken = [.. Report];
        broken[^1]++;
        using var gauge = await SendAsync("sl651", [.. Report, .. broken]);
        var heard = await UntilAsync("sl651", one => one.GetProperty("frames").GetProperty("refused").TryGetProperty("crc_mismatch", out _) && one.GetProperty("unassigned").GetInt32() > 0);

        Assert.Equal("protocol station domain known catalogueStations online connections lastHeardAt frames holes lastProblem unassigned", string.Join(' ', heard.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(("0030746200", "water", true, true), (heard.GetProperty("station").GetString(), heard.GetProperty("domain").GetString(), heard.GetProperty("known").GetBoolean(), heard.GetProperty("online").GetBoolean()));
        Assert.Equal("""["bridge"]""", heard.GetProperty("catalogueStations").GetRawText());
        Assert.Equal((1, 0), (heard.GetProperty("frames").GetProperty("good").GetInt32(), heard.GetProperty("frames").GetProperty("partlyBad").GetInt32()));
        Assert.Equal("crc_mismatch", heard.GetProperty("lastProblem").GetProperty("code").GetString());
        Assert.Contains("127.0.0.1", heard.GetProperty("lastProblem").GetProperty("detail").GetString(), StringComparison.Ordinal);

        var unassigned = (await service.Api.GetAsync("/api/v1/datastreams?gateway=0030746200&assigned=false")).GetProperty("datastreams").EnumerateArray().ToList();
        Assert.Equal(heard.GetProperty("unassigned").GetInt32(), unassigned.Count);
        Assert.DoesNotContain(unassigned, one => one.GetProperty("assigned").GetBoolean());
        Assert.Contains(unassigned, one => one.GetProperty("id").GetString() == "0030746200/ZT");
        Assert.Equal("0030746200/PT", Assert.Single((await service.Api.GetAsync("/api/v1/datastreams?gateway=0030746200&assigned=true")).GetProperty("datastreams").EnumerateArray()).GetProperty("id").GetString());

        gauge.Close();
        await UntilAsync("sl651", one => !one.GetProperty("online").GetBoolean());
    }

    [Fact]
    public async Task Protocols_are_listed_with_what_belongs_to_no_station_and_stations_come_in_pages()
    {
        using var gauge = await SendAsync("sl651", Report);
        using var device = await SendAsync("gb26875", FireUpload());
        using var stranger = await SendAsync("gb26875", "@@nothing that anybody wrote a standard for, and more of it##"u8.ToArray());
        await UntilAsync("sl651", _ => true);
        var fire = await UntilAsync("gb26875", _ => true);
        Assert.Equal(("88", "fire", false), (fire.GetProperty("station").GetString(), fire.GetProperty("domain").GetString(), fire.GetProperty("known").GetBoolean()));

        var whole = await service.Api.GetAsync("/api/v1/stations/heard");
        Assert.Equal(["gb26875 fire 1", "sl651 water 1"], whole.GetProperty("protocols").EnumerateArray().Select(one =>
            $"{one.GetProperty("protocol").GetString()} {one.GetProperty("domain").GetString()} {one.GetProperty("stations").GetInt32()}"));
        var first = await service.Api.GetAsync("/api/v1/stations/heard?limit=1");
        var second = await service.Api.GetAsync($"/api/v1/stations/heard?limit=1&after={first.GetProperty("next").GetString()}");
        Assert.Equal(["88", "0030746200"], new[] { first, second }.Select(page => Assert.Single(page.GetProperty("stations").EnumerateArray()).GetProperty("station").GetString()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        await Wait.ForAsync<object>("a problem of nobody's", async () => (await service.Api.GetAsync("/api/v1/stations/heard?protocol=gb26875")).GetProperty("protocols")[0].GetProperty("refused").EnumerateObject().Any() ? "" : null);
    }

    [Theory]
    [InlineData("protocol=hj212", "bad_protocol")]
    [InlineData("limit=0", "bad_limit")]
    [InlineData("after=x", "bad_cursor")]
    public async Task What_cannot_be_asked_is_refused(string asked, string code)
    {
        var (status, problem) = await service.Api.GetProblemAsync($"/api/v1/stations/heard?{asked}");

        Assert.Equal((400, code), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_text_is_the_newest_reading_of_its_datastream()
    {
        await using (var gateway = await TestGateway.ConnectAsync(service.Mqtt, "doors"))
            await gateway.SendAsync("""[{"n":"state","vs":"half open"}]""");

        var latest = await Wait.ForAsync<object>("the text", async () => (await service.Api.GetAsync("/api/v1/datastreams?gateway=doors")).GetProperty("datastreams").EnumerateArray().ToList() is [var one]
            && one.GetProperty("latest").ValueKind == JsonValueKind.Object ? one.GetProperty("latest") : null);

        Assert.Equal(("half open", JsonValueKind.Null), (((JsonElement)latest).GetProperty("text").GetString(), ((JsonElement)latest).GetProperty("value").ValueKind));
    }

    private async Task<TcpClient> SendAsync(string protocol, byte[] bytes)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(service.Stations.Single(one => one.Protocol == protocol).Address).Port);
        await client.GetStream().WriteAsync(bytes);
        return client;
    }

    private async Task<JsonElement> UntilAsync(string protocol, Func<JsonElement, bool> holds) => (JsonElement)await Wait.ForAsync<object>(
        $"a station of {protocol}", async () => (await service.Api.GetAsync($"/api/v1/stations/heard?protocol={protocol}")).GetProperty("stations").EnumerateArray().ToList() is [var one] && holds(one) ? one : null);

    private static byte[] FireUpload()
    {
        var now = TimeLabel.FromUtc(TimeProvider.System.GetUtcNow().UtcTicks);
        var output = new ArrayBufferWriter<byte>();
        Gb26875FrameWriter.Write(
            new Gb26875Header(7, now, new(88), new(1), Gb26875Command.Send), new Gb26875UnitWriter().Begin(Gb26875UnitType.DeviceState).AddDeviceState(1, now).Unit, output);
        return output.WrittenSpan.ToArray();
    }
}
