using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Ingest.Service.Warnings.Cap;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests.Warnings;

public sealed class WarningsApiTests(ServiceRig rig) : IClassFixture<ServiceRig>
{
    [Fact]
    public async Task A_message_is_taken_listed_and_given_back_as_it_came()
    {
        string message = SomeCap.Alert("A-1", expires: "2036-06-15T20:00:00+08:00");
        var (status, receipt, location) = await PostAsync(message, "王");

        var warning = receipt.GetProperty("warning");
        string id = warning.GetProperty("id").GetString()!;
        Assert.Equal((201, false, $"/api/v1/warnings/{id}"), (status, receipt.GetProperty("repeated").GetBoolean(), location));
        Assert.Equal(
            "id identifier sender sent issuer status messageType scope state event colour colourStated severity urgency certainty categories effective onset expires note texts "
                + "areas references endedAt endedBy receivedAt receivedFrom sequence", Names(warning));
        Assert.Equal("language event issuer headline description instruction audience web contact", Names(warning.GetProperty("texts")[0]));
        Assert.Equal("language description polygons circles geocodes", Names(warning.GetProperty("areas")[0]));
        Assert.Equal(("王", "in-force", "exercise", "orange"), (Text(warning, "receivedFrom"), Text(warning, "state"), Text(warning, "status"), Text(warning, "colour")));
        Assert.Equal("2036-06-15T12:00:00.000Z", Text(warning, "expires"));
        Assert.Equal(110.3, warning.GetProperty("areas")[0].GetProperty("polygons")[0][0][0].GetDouble());
        var list = await rig.Api.GetAsync("/api/v1/warnings?state=in-force");
        Assert.Equal("revision count warnings", Names(list));
        Assert.Contains(list.GetProperty("warnings").EnumerateArray(), each => Text(each, "id") == id);
        Assert.Equal(warning.GetRawText(), (await rig.Api.GetAsync($"/api/v1/warnings/{id}")).GetRawText());
        using var cap = await rig.Api.Http.GetAsync($"/api/v1/warnings/{id}/cap");
        Assert.Equal(("application/cap+xml", message), (cap.Content.Headers.ContentType!.MediaType, await cap.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task The_same_again_changes_nothing_and_says_so()
    {
        string message = SomeCap.Alert("B-1");
        var first = await PostAsync(message, "王");
        var before = await rig.Api.GetAsync("/api/v1/warnings?state=all");
        var second = await PostAsync(message, "李");

        Assert.Equal((200, true), (second.Status, second.Body.GetProperty("repeated").GetBoolean()));
        Assert.Equal(first.Body.GetProperty("warning").GetRawText(), second.Body.GetProperty("warning").GetRawText());
        Assert.Equal(before.GetRawText(), (await rig.Api.GetAsync("/api/v1/warnings?state=all")).GetRawText());
    }

    [Fact]
    public async Task The_same_twice_at_once_is_one()
    {
        string message = SomeCap.Alert("B-2");
        var answers = await Task.WhenAll(PostAsync(message, "王"), PostAsync(message, "李"));

        Assert.All(answers, answer => Assert.InRange(answer.Status, 200, 201));
        Assert.Single((await rig.Api.GetAsync("/api/v1/warnings?state=all")).GetProperty("warnings").EnumerateArray(), each => Text(each, "identifier") == "B-2");
    }

    [Fact]
    public async Task An_update_and_a_cancel_act_and_the_stream_tells_of_them()
    {
        await using var stream = rig.Api.StreamAsync().GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal("heartbeat", stream.Current.EventType);
        using var beat = JsonDocument.Parse(stream.Current.Data);
        Assert.Equal("now position warnings", Names(beat.RootElement));

        await PostAsync(SomeCap.Alert("C-1"), "王");
        long revision = await RevisionAsync(stream);
        Assert.True(revision > beat.RootElement.GetProperty("warnings").GetInt64());
        await PostAsync(SomeCap.Alert("C-2", type: "Update", references: SomeCap.ReferenceTo("C-1")), "王");
        Assert.True(await RevisionAsync(stream) > revision);
        await PostAsync(SomeCap.Cancel("C-3", SomeCap.ReferenceTo("C-2")), "王");

        var all = (await rig.Api.GetAsync("/api/v1/warnings?state=all")).GetProperty("warnings").EnumerateArray().ToDictionary(each => Text(each, "identifier")!);
        Assert.Equal("replaced cancelled cancellation", $"{Text(all["C-1"], "state")} {Text(all["C-2"], "state")} {Text(all["C-3"], "state")}");
        Assert.DoesNotContain((await rig.Api.GetAsync("/api/v1/warnings")).GetProperty("warnings").EnumerateArray(), each => Text(each, "identifier")!.StartsWith("C-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_ends_by_itself_when_its_time_is_over()
    {
        string soon = TimeProvider.System.GetUtcNow().AddSeconds(2).ToString("yyyy-MM-dd'T'HH:mm:ss'-00:00'", CultureInfo.InvariantCulture);
        var (_, receipt, _) = await PostAsync(SomeCap.Alert("D-1", expires: soon), "王");
        string path = $"/api/v1/warnings/{Text(receipt.GetProperty("warning"), "id")}";

        var ended = (JsonElement)await Wait.ForAsync<object>("the end of the warning", async () => await rig.Api.GetAsync(path) is var now && Text(now, "state") == "expired" ? now : null);

        Assert.Equal(Text(ended, "expires"), Text(ended, "endedAt"));
    }

    [Fact]
    public async Task A_mistake_is_named_with_what_was_expected()
    {
        string wrong = SomeCap.Alert("E-1").Replace("<severity>Severe<", "<severity>Orange<", StringComparison.Ordinal).Replace("<urgency>Expected</urgency>", "", StringComparison.Ordinal);
        var (status, problem, _) = await PostAsync(wrong, "王");

        Assert.Equal((400, "bad_cap"), (status, Text(problem, "code")));
        Assert.Equal("alert/info/urgency alert/info/severity", string.Join(' ', problem.GetProperty("errors").EnumerateArray().Select(error => Text(error, "element"))));
        Assert.Equal(("alert/info/urgency", "it is missing"), (Text(problem, "element"), Text(problem, "problem")));
        Assert.Equal("Extreme, Severe, Moderate, Minor or Unknown", Text(problem.GetProperty("errors")[1], "expected"));
        Assert.Contains("alert/info/urgency: it is missing", Text(problem, "detail")!, StringComparison.Ordinal);
        Assert.Contains("sensorgrid_warnings_messages_total{outcome=\"bad_cap\"}", await rig.Api.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "application/cap+xml", 400, "bad_operator")]
    [InlineData("?operator=", "application/cap+xml", 400, "bad_operator")]
    [InlineData("?operator=a%0Ab", "text/xml", 400, "bad_operator")]
    [InlineData("?operator=a", "application/json", 415, "not_cap")]
    [InlineData("?operator=a", "text/plain", 415, "not_cap")]
    [InlineData("?operator=a", "application/xml", 400, "bad_cap")]
    [InlineData("?operator=a", "text/xml; charset=utf-8", 400, "bad_cap")]
    public async Task Who_sends_it_and_as_what_is_checked(string query, string type, int status, string code)
    {
        var answer = await PostBodyAsync("<alert/>", query, type);

        Assert.Equal((status, code), (answer.Status, Text(answer.Body, "code")));
    }

    [Theory]
    [InlineData("Draft", "Alert")]
    [InlineData("System", "Alert")]
    [InlineData("Actual", "Ack")]
    [InlineData("Actual", "Error")]
    public async Task What_is_not_for_people_is_not_relayed(string status, string type)
    {
        var answer = await PostAsync(SomeCap.Alert("F-1", status: status, type: type, references: SomeCap.ReferenceTo("A-1")), "王");

        Assert.Equal((409, "not_relayed"), (answer.Status, Text(answer.Body, "code")));
    }

    [Fact]
    public async Task A_page_of_another_origin_cannot_hand_one_over()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/warnings?operator=a") { Content = new StringContent(SomeCap.Alert("G-1"), Encoding.UTF8, "text/xml") };
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var response = await rig.Api.Http.SendAsync(request);

        Assert.Equal(403, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_large_message_is_taken_and_a_larger_one_is_not()
    {
        // Beyond what followers get from memory: this one is read from the log.
        var large = await PostAsync(SomeCap.Alert("H-1", more: new('x', 200_000)), "王");
        var larger = await PostAsync(SomeCap.Alert("H-2", more: new('x', CapXml.MaxBytes)), "王");

        Assert.Equal((201, 413, "body_too_large"), (large.Status, larger.Status, Text(larger.Body, "code")));
    }

    [Theory]
    [InlineData("/api/v1/warnings?state=old", 400, "bad_state")]
    [InlineData("/api/v1/warnings?limit=0", 400, "bad_limit")]
    [InlineData("/api/v1/warnings?limit=501", 400, "bad_limit")]
    [InlineData("/api/v1/warnings/none", 404, "no_such_warning")]
    [InlineData("/api/v1/warnings/none/cap", 404, "no_such_warning")]
    public async Task Wrong_questions_are_answered(string path, int status, string code)
    {
        var (answered, problem) = await rig.Api.GetProblemAsync(path);

        Assert.Equal((status, code), (answered, Text(problem, "code")));
    }

    [Fact]
    public async Task A_limit_cuts_the_list_and_the_count_says_so()
    {
        await PostAsync(SomeCap.Alert("I-1"), "王");
        await PostAsync(SomeCap.Alert("I-2"), "王");

        var list = await rig.Api.GetAsync("/api/v1/warnings?state=all&limit=1");

        Assert.Equal(1, list.GetProperty("warnings").GetArrayLength());
        Assert.True(list.GetProperty("count").GetInt32() >= 2);
    }

    [Fact]
    public async Task An_official_warning_is_no_alarm()
    {
        long before = (await rig.Api.GetAsync("/api/v1/alarms?state=all")).GetProperty("position").GetInt64();
        foreach (string file in Directory.GetFiles(RepositoryRoot.Combine("tests", "vectors", "cap"), "*.xml").Order(StringComparer.Ordinal))
            Assert.Equal(201, (await PostAsync(File.ReadAllText(file), "王")).Status);

        var alarms = await rig.Api.GetAsync("/api/v1/alarms?state=all");
        Assert.Equal((before, 0), (alarms.GetProperty("position").GetInt64(), alarms.GetProperty("alarms").GetArrayLength()));
        var drill = (await rig.Api.GetAsync("/api/v1/warnings")).GetProperty("warnings").EnumerateArray().Where(each => Text(each, "sender") == "drill@weather.example");
        Assert.Equal("台风 white in-force", string.Join(", ", drill.Select(each => $"{Text(each, "event")} {Text(each, "colour")} {Text(each, "state")}")));
    }

    private async Task<(int Status, JsonElement Body, string? Location)> PostAsync(string message, string @operator)
    {
        var (status, body, location) = await PostBodyAsync(message, $"?operator={Uri.EscapeDataString(@operator)}", "application/cap+xml");
        return (status, body, location);
    }

    private async Task<(int Status, JsonElement Body, string? Location)> PostBodyAsync(string message, string query, string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(message));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await rig.Api.Http.PostAsync($"/api/v1/warnings{query}", content);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement, response.Headers.Location?.ToString());
    }

    private static async Task<long> RevisionAsync(IAsyncEnumerator<System.Net.ServerSentEvents.SseItem<string>> stream)
    {
        while (await stream.MoveNextAsync())
        {
            if (stream.Current.EventType != "warnings")
                continue;
            using var told = JsonDocument.Parse(stream.Current.Data);
            return told.RootElement.GetProperty("revision").GetInt64();
        }
        throw new InvalidOperationException("The stream ended.");
    }

    private static string? Text(JsonElement thing, string name) => thing.GetProperty(name).GetString();

    private static string Names(JsonElement thing) => string.Join(' ', thing.EnumerateObject().Select(property => property.Name));
}
