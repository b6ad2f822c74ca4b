using System.Net;
using System.Text.Json;
using SensorGrid.Alarms.Replays;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Tests.Api;

/// <summary>New rules by the API: checked, compared, put into force through the log, and there again after a crash.</summary>
public sealed class RulesApiTests : IDisposable
{
    private const string Stage = """
        rules:
          - { id: stage, type: threshold, domain: water, title: Stage, scope: { quantity: level }, value: last, levels: { yellow: 3 }, unit: m, freshness: 2h }

        """;

    private const string Strict = """
        rules:
          - { id: stage, type: threshold, domain: water, title: Stage, scope: { quantity: level }, value: last, levels: { yellow: 3 }, unit: m, freshness: 2h }
          - { id: strict, type: threshold, domain: water, title: Strict, scope: { quantity: level }, value: last, levels: { blue: 1.5 }, unit: m, freshness: 2h }

        """;

    private readonly ServiceFolder folder = new();

    public RulesApiTests() => File.WriteAllText(folder.RulesFile, Stage);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task All_errors_are_told_with_their_places_and_nothing_is_changed()
    {
        await using var service = await LocalService.StartAsync(folder);

        var (status, problem) = await PostAsync(service.Api, [("a.yaml", Stage.Replace("last", "mean", StringComparison.Ordinal)), ("b/c.yaml", "rules:\n  - { id: x }\n")]);

        Assert.Equal((400, "rules_invalid"), (status, problem.GetProperty("code").GetString()));
        var errors = problem.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(["a.yaml", "b/c.yaml"], errors.Select(error => error.GetProperty("file").GetString()).Distinct());
        var value = errors[0];
        Assert.Equal((2, "error"), (value.GetProperty("line").GetInt32(), value.GetProperty("severity").GetString()));
        Assert.Equal(Stage.Split('\n')[1].IndexOf("last", StringComparison.Ordinal) + 1, value.GetProperty("column").GetInt32());
        Assert.Contains("'mean' is not a function", value.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single((await service.Api.GetAsync("/api/v1/rules/versions")).GetProperty("versions").EnumerateArray());
    }

    [Fact]
    public async Task Rules_that_do_not_fit_the_catalogue_are_refused()
    {
        await using var service = await LocalService.StartAsync(folder);

        var (status, problem) = await PostAsync(service.Api, [("a.yaml", Stage.Replace("unit: m,", "unit: mm,", StringComparison.Ordinal))]);

        Assert.Equal((400, "rules_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Contains("has limits in 'mm'", problem.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../a.yaml", "rules: []", "a path is relative")]
    [InlineData("a.txt", "rules: []", "end in .yaml")]
    [InlineData("a.yaml", "rules: []", "holds no rule")]
    [InlineData("a.yaml", "rules:\n\u0007", "a control sign")]
    public async Task Files_that_are_none_are_refused(string path, string text, string said)
    {
        await using var service = await LocalService.StartAsync(folder);

        var (status, problem) = await PostAsync(service.Api, [(path, text)]);

        Assert.Equal((400, "rules_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Contains(said, problem.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_refused_with_the_reason()
    {
        await using var service = await LocalService.StartAsync(folder, null, "--Rules:MaxBodyBytes", "65536");

        Assert.Equal("bad_activation", await RefusalAsync(400, "", JsonSerializer.Serialize(Body([("a.yaml", Strict)], "service"))));
        Assert.Equal("bad_activation", await RefusalAsync(400, "", JsonSerializer.Serialize(Body([("a.yaml", Strict)], " "))));
        Assert.Equal("bad_over", await RefusalAsync(400, "?over=long", JsonSerializer.Serialize(Body([("a.yaml", Strict)]))));
        Assert.Equal("bad_hash", await RefusalAsync(400, "", JsonSerializer.Serialize(Body([("a.yaml", Strict)], @base: "xyz"))));
        Assert.Equal("not_the_base", await RefusalAsync(409, "", JsonSerializer.Serialize(Body([("a.yaml", Strict)], @base: "0123456789ab"))));
        Assert.Equal("body_too_large", await RefusalAsync(413, "", JsonSerializer.Serialize(Body([("a.yaml", Strict + new string('#', 70_000))]))));
        // Larger than what an acknowledgement may be, and taken.
        string large = JsonSerializer.Serialize(Body([("a.yaml", Strict + "#" + new string('x', 64_000))]));
        Assert.InRange(large.Length, 64_000, 65_536);
        using var taken = await service.Api.PostAsync("/api/v1/rules?dryRun=true", large);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        using var foreign = await service.Api.PostAsync("/api/v1/rules", large, ("Origin", "https://elsewhere.example"));
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);

        async Task<string?> RefusalAsync(int expected, string query, string json)
        {
            using var response = await service.Api.PostAsync("/api/v1/rules" + query, json);
            string text = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode == expected, text);
            return JsonDocument.Parse(text).RootElement.GetProperty("code").GetString();
        }
    }

    [Fact]
    public async Task A_dry_run_only_says_what_the_last_hours_would_have_been()
    {
        await using var service = await LocalService.StartAsync(folder);
        string before = await VersionAsync(service.Api);
        await SendAsync(service, (-30, 1.0), (-20, 2.0), (-10, 3.5));

        var (status, answer) = await PostAsync(service.Api, [("a.yaml", Strict)], "?dryRun=true&over=2h");

        Assert.Equal((200, false, JsonValueKind.Null), (status, answer.GetProperty("activated").GetBoolean(), answer.GetProperty("sequence").ValueKind));
        Assert.Equal((before, 1), (answer.GetProperty("before").GetString(), answer.GetProperty("unchanged").GetInt32()));
        Assert.Equal(("strict", "added"), (Change(answer).GetProperty("rule").GetString(), Change(answer).GetProperty("change").GetString()));
        var backtest = answer.GetProperty("backtest");
        Assert.Equal((3, 1, 2), (backtest.GetProperty("readings").GetInt32(), backtest.GetProperty("alarmsBefore").GetInt32(), backtest.GetProperty("alarmsAfter").GetInt32()));
        Assert.Equal((1, 0, 0, 0), (Count("added"), Count("removed"), Count("moved"), Count("level")));
        var added = Assert.Single(backtest.GetProperty("changes").EnumerateArray());
        Assert.Equal(("added", "strict", "blue"), (added.GetProperty("kind").GetString(), added.GetProperty("rule").GetString(), added.GetProperty("after").GetProperty("level").GetString()));
        Assert.Equal(before, await VersionAsync(service.Api));

        int Count(string name) => backtest.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Running_conditions_go_on_where_the_rule_is_unchanged_and_end_where_it_went()
    {
        File.WriteAllText(folder.RulesFile, Strict);
        await using var service = await LocalService.StartAsync(folder);
        string before = await VersionAsync(service.Api);
        await SendAsync(service, (-10, 3.5));
        await Wait.ForAsync<object>("two alarms", async () => (await AlarmsAsync(service.Api, "active")).Count == 2 ? "" : null);

        var (status, answer) = await PostAsync(service.Api, [("other.yaml", Stage)], note: "too strict");

        Assert.True(status == 200, answer.ToString());
        Assert.Equal((true, before, 1), (answer.GetProperty("activated").GetBoolean(), answer.GetProperty("before").GetString(), answer.GetProperty("unchanged").GetInt32()));
        Assert.Equal(("strict", "removed", 1),
            (Change(answer).GetProperty("rule").GetString(), Change(answer).GetProperty("change").GetString(), Change(answer).GetProperty("openAlarms").GetInt32()));
        var left = Assert.Single(await AlarmsAsync(service.Api, "active"));
        Assert.Equal(("stage", 1), (left.GetProperty("rule").GetString(), left.GetProperty("revision").GetInt32()));
        var ended = Assert.Single(await AlarmsAsync(service.Api, "all"), alarm => alarm.GetProperty("rule").GetString() == "strict");
        var detail = await service.Api.GetAsync($"/api/v1/alarms/{ended.GetProperty("id").GetString()}");
        Assert.Equal("rule removed", detail.GetProperty("transitions")[1].GetProperty("reason").GetString());

        var inForce = await service.Api.GetAsync("/api/v1/rules");
        Assert.Equal(answer.GetProperty("version").GetString(), inForce.GetProperty("version").GetString());
        Assert.Equal(("王", "too strict"), (inForce.GetProperty("activation").GetProperty("activatedBy").GetString(), inForce.GetProperty("activation").GetProperty("note").GetString()));
        var rule = Assert.Single(inForce.GetProperty("rules").EnumerateArray());
        Assert.Equal(("stage", "threshold", "other.yaml", 2),
            (rule.GetProperty("id").GetString(), rule.GetProperty("type").GetString(), rule.GetProperty("file").GetString(), rule.GetProperty("line").GetInt32()));
        var history = (await service.Api.GetAsync("/api/v1/rules/versions")).GetProperty("versions").EnumerateArray().ToList();
        Assert.Equal(["王", "service"], history.Select(version => version.GetProperty("activatedBy").GetString()));
        var first = await service.Api.GetAsync("/api/v1/rules/versions?limit=1");
        Assert.Equal("service", (await service.Api.GetAsync($"/api/v1/rules/versions?after={first.GetProperty("next").GetString()}")).GetProperty("versions")[0].GetProperty("activatedBy").GetString());
        var files = await service.Api.GetAsync($"/api/v1/rules/versions/{before}");
        Assert.Equal(Strict, Assert.Single(files.GetProperty("files").EnumerateArray()).GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_set_in_force_sent_again_changes_nothing()
    {
        await using var service = await LocalService.StartAsync(folder);
        string inForce = await VersionAsync(service.Api);

        var (status, answer) = await PostAsync(service.Api, [("river.yaml", Stage)]);

        Assert.Equal((200, false, inForce), (status, answer.GetProperty("activated").GetBoolean(), answer.GetProperty("version").GetString()));
        Assert.Single((await service.Api.GetAsync("/api/v1/rules/versions")).GetProperty("versions").EnumerateArray());
    }

    [Fact]
    public async Task After_a_crash_the_activated_set_is_in_force_again_until_the_folder_changes()
    {
        string folderVersion, activated;
        await using (var service = await ServiceProcess.StartAsync(folder))
        {
            using var api = new ApiClient(service.Http);
            folderVersion = await VersionAsync(api);
            await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
            await gateway.SendStageAsync(2, TimeProvider.System.GetUtcNow());
            var (status, answer) = await PostAsync(api, [("strict.yaml", Strict)]);
            Assert.True(status == 200, answer.ToString());
            activated = answer.GetProperty("version").GetString()!;
            Assert.NotEqual(folderVersion, activated);
            service.Kill();
            await service.WaitForExitAsync();
        }

        await using (var again = await ServiceProcess.StartAsync(folder))
        {
            using var api = new ApiClient(again.Http);
            Assert.Equal(activated, await VersionAsync(api));
            await using var gateway = await TestGateway.ConnectAsync(again.Mqtt);
            await gateway.SendStageAsync(2.1, TimeProvider.System.GetUtcNow());
            Assert.Equal(("strict", activated), ((await api.OpenAlarmAsync()).GetProperty("rule").GetString(), (await api.OpenAlarmAsync()).GetProperty("ruleVersion").GetString()));
            Assert.Equal(0, await again.StopAsync());
        }
        AssertReplayIsTheSame();

        File.WriteAllText(folder.RulesFile, Stage.Replace("yellow: 3", "yellow: 4", StringComparison.Ordinal));
        await using var changed = await ServiceProcess.StartAsync(folder);
        using var last = new ApiClient(changed.Http);
        Assert.NotEqual(activated, await VersionAsync(last));
        Assert.Equal("service", (await last.GetAsync("/api/v1/rules")).GetProperty("activation").GetProperty("activatedBy").GetString());
    }

    [Fact]
    public async Task Packs_that_came_with_the_program_do_not_replace_what_a_person_activated()
    {
        folder.UsesPacks = true;
        string activated;
        await using (var service = await LocalService.StartAsync(folder))
        {
            Assert.True((await service.Api.GetAsync("/api/v1/rules")).GetProperty("rules").GetArrayLength() > 5, "the packs");
            activated = (await PostAsync(service.Api, [("a.yaml", Strict)])).Answer.GetProperty("version").GetString()!;
        }
        // As if the packs had been others: what the service put into force from its folder is another version.
        using (var state = StateDatabase.Open(folder.Data))
        using (var transaction = state.Begin())
        {
            transaction.Execute("UPDATE versions SET hash = 'another' WHERE kind = 'rules' AND principal = 'service'");
            transaction.Commit();
        }

        await using var again = await LocalService.StartAsync(folder);

        Assert.Equal(activated, await VersionAsync(again.Api));
    }

    /// <summary>The log alone gives the transitions of the database again, byte for byte: rules change at the same record.</summary>
    private void AssertReplayIsTheSame()
    {
        var table = new DatastreamTable();
        var replayed = new ReplayedAlarms(table);
        var replay = new LogReplay(table, _ => true, replayed);
        using (var log = ReadingLogReader.Open(Path.Combine(folder.Data, "log")))
        {
            var buffer = new ReadingLogRecordBuffer();
            while (log.Read(buffer) > 0)
            {
                foreach (ref readonly var record in buffer.Records)
                    replay.Take((byte)record.Kind, record.Sequence, record.ReceivedAtTicks, record.Topic, record.Principal, record.Payload.Span);
            }
        }
        using var state = StateDatabase.Open(folder.Data);
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT canonical FROM alarm_transitions ORDER BY position";
        using var row = command.ExecuteReader();
        var stored = new List<string>();
        while (row.Read())
            stored.Add(row.GetString(0));
        Assert.NotEmpty(stored);
        Assert.Equal(stored, replayed.Transitions.Select(transition => transition.ToCanonicalText()));
    }

    private static async Task SendAsync(LocalService service, params (int Minutes, double Metres)[] readings)
    {
        await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
        foreach (var (minutes, metres) in readings)
            await gateway.SendStageAsync(metres, TimeProvider.System.GetUtcNow().AddMinutes(minutes));
    }

    private static object Body((string Path, string Text)[] files, string @operator = "王", string? note = null, string? @base = null) =>
        new { @operator, note, @base, files = files.Select(file => new { path = file.Path, text = file.Text }) };

    private static async Task<(int Status, JsonElement Answer)> PostAsync(ApiClient api, (string Path, string Text)[] files, string query = "", string? note = null)
    {
        using var response = await api.PostAsync("/api/v1/rules" + query, JsonSerializer.Serialize(Body(files, note: note)));
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    private static JsonElement Change(JsonElement answer) => Assert.Single(answer.GetProperty("changes").EnumerateArray());

    private static async Task<List<JsonElement>> AlarmsAsync(ApiClient api, string state) =>
        [.. (await api.GetAsync($"/api/v1/alarms?state={state}")).GetProperty("alarms").EnumerateArray()];

    private static async Task<string> VersionAsync(ApiClient api) => (await api.GetAsync("/api/v1/rules")).GetProperty("version").GetString()!;
}
