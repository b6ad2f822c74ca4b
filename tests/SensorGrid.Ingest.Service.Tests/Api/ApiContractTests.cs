using System.Text.Json;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Api;

/// <summary>The shapes of the answers, as the console and others read them: names of properties, in order.</summary>
public sealed class ApiContractTests(ServiceRig rig) : IClassFixture<ServiceRig>
{
    [Theory]
    [InlineData("/api/v1/domains", "domains", "id name")]
    [InlineData("/api/v1/stations", "stations", "id kind domain site name longitude latitude gateways datastreams level activeAlarms")]
    [InlineData("/api/v1/assets", "assets", "id kind domain name position level")]
    [InlineData("/api/v1/gateways", "gateways", "id domain online lastReceivedAt accepted rejected known")]
    [InlineData("/api/v1/datastreams", "datastreams", "id gateway name station asset domain quantity unit decimals assigned limits latest")]
    [InlineData("/api/v1/zones", "features", "type properties geometry")]
    public async Task Lists_have_the_promised_properties(string path, string list, string properties)
    {
        var answer = await rig.Api.GetAsync(path);

        Assert.Equal(properties, Names(answer.GetProperty(list)[0]));
    }

    [Fact]
    public async Task A_station_says_which_site_it_belongs_to_by_name()
    {
        var site = (await rig.Api.GetAsync("/api/v1/stations")).GetProperty("stations")[0].GetProperty("site");

        Assert.Equal("""{"id":"site-1","name":{"zh":"河段","en":"Reach"}}""", site.GetRawText());
    }

    [Fact]
    public async Task Status_tells_clock_versions_log_sources_and_counts()
    {
        var status = await rig.Api.GetAsync("/api/v1/status");

        Assert.Equal(
            "now ready problem clock catalogueVersion rulesVersion ruleWarnings definitions log sources followers store stores alarmPublication counts", Names(status));
        Assert.Equal("position lag problem", Names(status.GetProperty("alarmPublication")));
        Assert.Equal("simulated speed", Names(status.GetProperty("clock")));
        Assert.Equal("first durable heldBecause", Names(status.GetProperty("log")));
        Assert.Equal("messages readings rejected rejectedByReason late duplicates", Names(status.GetProperty("counts")));
        Assert.True(status.GetProperty("ready").GetBoolean());
        Assert.Equal(12, status.GetProperty("catalogueVersion").GetString()!.Length);
    }

    [Fact]
    public async Task A_zone_is_geojson_with_longitude_first()
    {
        var zone = (await rig.Api.GetAsync("/api/v1/zones")).GetProperty("features")[0];

        Assert.Equal("id kind domain name validFrom validTo moved", Names(zone.GetProperty("properties")));
        Assert.Equal("Polygon", zone.GetProperty("geometry").GetProperty("type").GetString());
        Assert.Equal(110, zone.GetProperty("geometry").GetProperty("coordinates")[0][0][0].GetDouble());
    }

    [Fact]
    public async Task Alarm_list_detail_and_acknowledgement_have_the_promised_properties()
    {
        const string Alarm = "id rule ruleVersion title domain scope station asset zone datastream gateway longitude latitude level peakLevel active "
            + "acknowledged acknowledgedBy acknowledgedAt note onsetAt raisedAt returnedAt clearedAt updatedAt value unit limit retrospective plan "
            + "revision receivedAt evaluatedAt";
        await using (var gateway = await TestGateway.ConnectAsync(rig.Mqtt))
            await gateway.SendStageAsync(4.5, TimeProvider.System.GetUtcNow());
        var open = await rig.Api.OpenAlarmAsync();
        string id = open.GetProperty("id").GetString()!;

        var list = await rig.Api.GetAsync("/api/v1/alarms?state=all&domain=water&level=orange&limit=10");
        Assert.Equal("position counts alarms next", Names(list));
        Assert.Equal("red orange yellow blue open unacknowledged", Names(list.GetProperty("counts")));
        Assert.Equal(Alarm, Names(Assert.Single(list.GetProperty("alarms").EnumerateArray())));
        var detail = await rig.Api.GetAsync($"/api/v1/alarms/{id}");
        Assert.Equal((Alarm + " limits direction measure evidence transitions").Split(' ').Order(), Names(detail).Split(' ').Order());
        Assert.Equal(("above", "last"), (detail.GetProperty("direction").GetString(), detail.GetProperty("measure").GetString()));
        Assert.Equal("yellow 3, orange 4, red 5", string.Join(", ", detail.GetProperty("limits").EnumerateArray()
            .Select(limit => $"{limit.GetProperty("level").GetString()} {limit.GetProperty("value").GetDouble()}")));
        Assert.Equal("position kind at recordedAt level value by note reason retrospective", Names(detail.GetProperty("transitions")[0]));

        var first = await rig.Api.AcknowledgeAsync(id, "王", "<b>看</b>");
        var second = await rig.Api.AcknowledgeAsync(id, "李", "later");
        Assert.Equal(Alarm, Names(first));
        Assert.Equal(("王", "<b>看</b>"), (first.GetProperty("acknowledgedBy").GetString(), first.GetProperty("note").GetString()));
        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Equal(("orange", 1), Station(await rig.Api.GetAsync("/api/v1/stations")));
    }

    [Fact]
    public async Task Readings_come_raw_or_in_buckets()
    {
        await using (var gateway = await TestGateway.ConnectAsync(rig.Mqtt, "other-gw"))
        {
            await gateway.SendAsync("""[{"bn":"probe","bt":1700000000,"bu":"Cel","v":1},{"v":3,"t":60},{"vs":"open","t":120},{"v":-9,"t":300}]""");
            await gateway.SendAsync("""[{"n":"where","u":"lat","v":21.5,"t":1700000000},{"n":"where","u":"lon","v":110.5,"t":1700000000}]""");
        }
        const string Range = "&from=2023-11-14T22:00:00Z&to=2023-11-15T00:00:00Z";
        // Acknowledged means on disk; queries see it when the store has followed.
        await Wait.ForAsync<object>("the position", async () =>
            (await rig.Api.GetAsync($"/api/v1/readings?datastream=other-gw/where{Range}")).GetProperty("readings").GetArrayLength() == 1 ? "" : null);

        var raw = await rig.Api.GetAsync($"/api/v1/readings?datastream=other-gw/probe{Range}");
        Assert.Equal("datastream unit every readings truncated unreadableFiles", Names(raw));
        Assert.Equal("Cel", raw.GetProperty("unit").GetString());
        Assert.Equal("""{"at":"2023-11-14T22:13:20.000Z","value":1,"quality":"good"}""", raw.GetProperty("readings")[0].GetRawText());
        Assert.Equal("""{"at":"2023-11-14T22:15:20.000Z","text":"open","quality":"good"}""", raw.GetProperty("readings")[2].GetRawText());
        var positions = await rig.Api.GetAsync($"/api/v1/readings?datastream=other-gw/where{Range}");
        Assert.Equal(
            """{"at":"2023-11-14T22:13:20.000Z","longitude":110.5,"latitude":21.5,"quality":"good"}""", positions.GetProperty("readings")[0].GetRawText());
        var cut = await rig.Api.GetAsync($"/api/v1/readings?datastream=other-gw/probe{Range}&limit=2");
        Assert.True(cut.GetProperty("truncated").GetBoolean());
        Assert.Equal(2, cut.GetProperty("readings").GetArrayLength());

        var buckets = await rig.Api.GetAsync($"/api/v1/readings?datastream=other-gw/probe{Range}&every=PT5M");
        Assert.Equal("PT5M", buckets.GetProperty("every").GetString());
        Assert.Equal(
            """{"at":"2023-11-14T22:10:00.000Z","min":1,"max":3,"avg":2,"count":2,"last":3}""", buckets.GetProperty("buckets")[0].GetRawText());
        Assert.Equal(buckets.GetRawText(), (await rig.Api.GetAsync($"/api/v1/readings?datastream=other-gw/probe{Range}&every=5min")).GetRawText());
    }

    [Theory]
    [InlineData("/api/v1/alarms/nothing", 404, "no_such_alarm")]
    [InlineData("/api/v1/nothing", 404, "not_found")]
    [InlineData("/api/v1/alarms?state=some", 400, "bad_state")]
    [InlineData("/api/v1/alarms?level=purple", 400, "bad_level")]
    [InlineData("/api/v1/alarms?limit=0", 400, "bad_limit")]
    [InlineData("/api/v1/alarms?limit=many", 400, "bad_request")]
    [InlineData("/api/v1/alarms?after=x", 400, "bad_cursor")]
    [InlineData("/api/v1/readings", 400, "bad_datastream")]
    [InlineData("/api/v1/readings?datastream=gw", 400, "bad_datastream")]
    [InlineData("/api/v1/readings?datastream=gw/none", 404, "no_such_datastream")]
    [InlineData("/api/v1/readings?datastream=water-gw-1/stage&from=yesterday", 400, "bad_time")]
    [InlineData("/api/v1/readings?datastream=water-gw-1/stage&limit=0", 400, "bad_limit")]
    [InlineData("/api/v1/readings?datastream=water-gw-1/stage&every=5", 400, "bad_every")]
    [InlineData("/api/v1/readings?datastream=water-gw-1/stage&every=0s", 400, "bad_every")]
    [InlineData("/api/v1/readings?datastream=water-gw-1/stage&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 400, "empty_range")]
    [InlineData("/api/v1/readings?datastream=water-gw-1/stage&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&every=1s", 400, "too_many_buckets")]
    public async Task Errors_are_problem_details_with_a_code_and_a_sentence(string path, int status, string code)
    {
        // Limits of a query are asked of datastreams that have sent something.
        await using (var gateway = await TestGateway.ConnectAsync(rig.Mqtt))
            await gateway.SendStageAsync(1, TimeProvider.System.GetUtcNow().AddHours(-2));

        var (answered, problem) = await rig.Api.GetProblemAsync(path);

        Assert.Equal((status, code), (answered, problem.GetProperty("code").GetString()));
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("""{"operator":""}""")]
    [InlineData("""{"operator":"  "}""")]
    [InlineData("""{"operator":"a\u0007b"}""")]
    [InlineData("""{"operator":null}""")]
    [InlineData("""{"note":"x"}""")]
    [InlineData("""{"operator":"王","note":5}""")]
    [InlineData("""["operator"]""")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task An_acknowledgement_that_names_nobody_is_refused(string body)
    {
        using var response = await rig.Api.PostAsync("/api/v1/alarms/any/acknowledge", body);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task An_acknowledgement_that_is_too_long_is_refused()
    {
        using var name = await rig.Api.PostAsync("/api/v1/alarms/any/acknowledge", JsonSerializer.Serialize(new { @operator = new string('a', 65) }));
        using var body = await rig.Api.PostAsync("/api/v1/alarms/any/acknowledge", JsonSerializer.Serialize(new { @operator = "a", note = new string('b', 100_000) }));

        Assert.Equal((400, 413), ((int)name.StatusCode, (int)body.StatusCode));
    }

    [Fact]
    public async Task Writes_from_other_origins_and_reads_under_other_names_are_refused()
    {
        using var write = await rig.Api.PostAsync("/api/v1/alarms/any/acknowledge", """{"operator":"a"}""", ("Origin", "https://elsewhere.example"));
        using var read = new HttpRequestMessage(HttpMethod.Get, "/api/v1/alarms") { Headers = { Host = "rebound.example" } };
        using var refused = await rig.Api.Http.SendAsync(read);
        using var ours = new HttpRequestMessage(HttpMethod.Get, "/api/v1/alarms") { Headers = { Host = "city.example" } };
        using var answered = await rig.Api.Http.SendAsync(ours);

        Assert.Equal((403, 403, 200), ((int)write.StatusCode, (int)refused.StatusCode, (int)answered.StatusCode));
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers_errors_too()
    {
        foreach (string path in new[] { "/", "/api/v1/alarms", "/api/v1/nothing", "/metrics", "/openapi/v1.json" })
        {
            using var response = await rig.Api.Http.GetAsync(path);
            Assert.Equal(SecurityHeaders.ContentSecurityPolicy, Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        }
    }

    [Fact]
    public async Task What_a_stranger_sends_is_shown_as_data()
    {
        await using (var gateway = await TestGateway.ConnectAsync(rig.Mqtt, "strange-gw"))
        {
            await gateway.SendAsync("""[{"n":"note","vs":"</script><script>alert(1)</script>\u001b[31m"}]""");
            await gateway.SendAsync("<script>alert(1)</script>");
        }
        using var response = await rig.Api.Http.GetAsync("/api/v1/datastreams?gateway=strange-gw");
        string text = await response.Content.ReadAsStringAsync();
        var rejection = (await rig.Api.GetAsync("/api/v1/rejections")).GetProperty("rejections").EnumerateArray()
            .Single(line => line.GetProperty("gateway").GetString() == "strange-gw");

        Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);
        var datastream = JsonDocument.Parse(text).RootElement.GetProperty("datastreams")[0];
        Assert.False(datastream.GetProperty("assigned").GetBoolean());
        Assert.Equal("</script><script>alert(1)</script>\u001b[31m", datastream.GetProperty("latest").GetProperty("text").GetString());
        Assert.Equal(("json", "<script>alert(1)</script>"), (rejection.GetProperty("reason").GetString(), rejection.GetProperty("payloadStart").GetString()));
        var strange = (await rig.Api.GetAsync("/api/v1/gateways")).GetProperty("gateways").EnumerateArray().Single(g => g.GetProperty("id").GetString() == "strange-gw");
        Assert.False(strange.GetProperty("known").GetBoolean());
        Assert.Equal(1, strange.GetProperty("rejected").GetProperty("json").GetInt64());
    }

    [Fact]
    public async Task Only_as_many_streams_are_open_as_may_be()
    {
        var open = new List<HttpResponseMessage>();
        try
        {
            for (int i = 0; i < 3; i++)
                open.Add(await rig.Api.Http.GetAsync("/api/v1/alarms/stream", HttpCompletionOption.ResponseHeadersRead));
            Assert.All(open, response => Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType));
            using var refused = await rig.Api.Http.GetAsync("/api/v1/alarms/stream", HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(503, (int)refused.StatusCode);
        }
        finally
        {
            open.ForEach(response => response.Dispose());
        }
    }

    [Fact]
    public async Task Health_says_that_it_lives_and_is_ready()
    {
        Assert.Equal("ok", (await rig.Api.GetAsync("/healthz/live")).GetProperty("status").GetString());
        Assert.Equal("ok", (await rig.Api.GetAsync("/healthz/ready")).GetProperty("status").GetString());
    }

    private static (string?, int) Station(JsonElement stations)
    {
        var bridge = stations.GetProperty("stations")[0];
        return (bridge.GetProperty("level").GetString(), bridge.GetProperty("activeAlarms").GetInt32());
    }

    private static string Names(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(property => property.Name));
}
