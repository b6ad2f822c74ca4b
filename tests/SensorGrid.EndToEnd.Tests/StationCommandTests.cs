using System.Text.Json;
using SensorGrid.EndToEnd.Tests.Support;
using SensorGrid.Simulators.Stations;

namespace SensorGrid.EndToEnd.Tests;

/// <summary>Commands to stations by the API of the service as a process, over real connections.</summary>
public sealed class StationCommandTests
{
    [Fact]
    public async Task A_gauge_of_sl651_is_asked_and_its_clock_is_set()
    {
        await using var line = await StationCentre.StartAsync("Sl651");
        await line.ConnectAsync(memory => new Sl651Station(new() { Address = new(0x0012345678) }, memory, _ => 4.25), "0012345678");

        var answer = await line.AnswerAsync("0012345678", "current");
        var reading = answer.GetProperty("answers")[0].GetProperty("readings").EnumerateArray().First(one => one.GetProperty("name").GetString() == "Z");
        Assert.Equal((4.25, "m"), (reading.GetProperty("value").GetDouble(), reading.GetProperty("unit").GetString()));
        Assert.Equal("37", answer.GetProperty("answers")[0].GetProperty("function").GetString());
        Assert.Equal("answered", (await line.AnswerAsync("0012345678", "clock")).GetProperty("outcome").GetString());
        Assert.Equal("taken", (await line.AnswerAsync("0012345678", "history", new { from = "2026-01-01T00:00:00Z", until = "2026-01-01T02:00:00Z" })).GetProperty("outcome").GetString());

        await line.RefusedAsync(400, "unknown_command", "0012345678", "roll-call", null, problem => Assert.Contains("current", problem.GetProperty("commands").EnumerateArray().Select(one => one.GetString())));
        await line.RefusedAsync(400, "bad_argument", "0012345678", "elements", new { code = new[] { "39", "XX" } }, problem => Assert.Equal("code", problem.GetProperty("argument").GetString()));
        await line.RefusedAsync(400, "bad_argument", "0012345678", "elements", null, problem => Assert.Equal("code", problem.GetProperty("argument").GetString()));
        await line.RefusedAsync(400, "bad_argument", "0012345678", "current", new { now = true }, problem => Assert.Equal("now", problem.GetProperty("argument").GetString()));
        await line.RefusedAsync(409, "not_connected", "0012345679", "current");
        await line.RefusedAsync(404, "no_such_protocol", "0012345678", "current", protocol: "hj212");
        await line.RefusedAsync(400, "bad_command", "0012345678", "current", by: " ");

        // How they ended is on record too, and read from the state.
        var list = await line.CommandsAsync(all => all.Count == 3 && all.All(one => one.GetProperty("endedAt").ValueKind == JsonValueKind.String), "?station=0012345678&protocol=sl651");
        Assert.Equal(["history taken 王", "clock answered 王", "current answered 王"], list.Select(one => $"{one.GetProperty("command").GetString()} {one.GetProperty("outcome").GetString()} {one.GetProperty("operator").GetString()}"));
        Assert.Contains("Z = 4.25 m", list[2].GetProperty("answer").GetString(), StringComparison.Ordinal);
        Assert.Equal(answer.GetProperty("sequence").GetInt64(), list[2].GetProperty("sequence").GetInt64());
        Assert.Equal("2026-01-01T00:00:00Z", list[0].GetProperty("arguments")[0].GetString());
        Assert.Empty(await line.CommandsAsync(_ => true, "?station=0012345679"));
        Assert.Empty(await line.CommandsAsync(_ => true, "?protocol=gb26875"));
        var page = await line.GetAsync("/api/v1/stations/commands?limit=2");
        Assert.Equal(list[2].GetRawText(), (await line.GetAsync($"/api/v1/stations/commands?limit=2&after={page.GetProperty("next").GetString()}")).GetProperty("commands")[0].GetRawText());
        foreach (string wrong in (string[])["limit=0", "limit=1001", "after=x", "protocol=modbus"])
            Assert.Equal(400, await line.StatusOfAsync($"/api/v1/stations/commands?{wrong}"));

        // What was refused beforehand was never given, so it is not on record.
        Assert.Equal(["王 current", "王 clock", "王 history"], await line.StopAndReadCommandsAsync());
        Assert.Equal(["current answered", "clock answered", "history taken"], line.ReadEnds());
    }

    [Fact]
    public async Task How_commands_ended_is_known_after_the_service_was_killed_and_what_it_cut_off_is_told_as_unknown()
    {
        await using var line = await StationCentre.StartAsync("Sl651", "--FieldProtocols:Sl651:AnswerTimeout", "5min");
        await line.ConnectAsync(memory => new Sl651Station(new() { Address = new(0x0012345678) }, memory, _ => 4.25), "0012345678");
        await line.AnswerAsync("0012345678", "current");
        await line.CommandsAsync(all => all.Count == 1 && all[0].GetProperty("outcome").GetString() == "answered");
        using var silent = await line.ConnectSilentAsync();
        var cutOff = line.PostAsync("0030746200", "current", by: "李");
        await line.CommandsAsync(all => all.Count == 2 && all[0].GetProperty("outcome").GetString() == "under_way");

        await line.KillAndRestartAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => cutOff);
        var list = await line.CommandsAsync(all => all.Count == 2 && all[0].GetProperty("outcome").GetString() != "under_way");
        Assert.Equal(["李 unknown", "王 answered"], list.Select(one => $"{one.GetProperty("operator").GetString()} {one.GetProperty("outcome").GetString()}"));
        Assert.Equal(JsonValueKind.Null, list[0].GetProperty("endedAt").ValueKind);
        Assert.Contains("结果未知", list[0].GetProperty("text").GetProperty("zh").GetString(), StringComparison.Ordinal);
        Assert.Contains("Z = 4.25 m", list[1].GetProperty("answer").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outfall_of_hj212_is_asked_and_its_clock_is_set()
    {
        const string mn = "010000A8900016F000169DC0";
        await using var line = await StationCentre.StartAsync("Hj212");
        await line.ConnectAsync(memory => new Hj212Station(new() { Mn = mn }, memory, _ => 42), mn);

        var now = TimeProvider.System.GetUtcNow();
        var answer = await line.AnswerAsync(mn, "query", new { cn = 2061, from = now.AddDays(-1).ToString("O"), until = now.AddHours(1).ToString("O") });
        Assert.Equal("answered", answer.GetProperty("outcome").GetString());
        var reading = answer.GetProperty("answers")[0].GetProperty("readings")[0];
        Assert.Equal(("hour/w01018-Avg", 0.042), (reading.GetProperty("name").GetString(), Math.Round(reading.GetProperty("value").GetDouble(), 9)));
        Assert.Equal("answered", (await line.AnswerAsync(mn, "clock")).GetProperty("outcome").GetString());
        await line.RefusedAsync(400, "bad_argument", mn, "interval", new { seconds = 5 }, problem => Assert.Equal("seconds", problem.GetProperty("argument").GetString()));
    }

    [Fact]
    public async Task A_station_of_hj212_with_a_wrong_password_is_turned_away_counted_and_told()
    {
        using var secrets = new TempFolder();
        string file = Path.Combine(secrets.Path, "passwords");
        await File.WriteAllTextAsync(file, "RIGHT s3cret\n* other9\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using var line = await StationCentre.StartAsync("Hj212", "--FieldProtocols:Hj212:PasswordFile", file, "--FieldProtocols:Hj212:CheckPassword", "true", "--Log:SlowCommit", "10min");
        await line.ConnectAsync(memory => new Hj212Station(new() { Mn = "RIGHT", Pw = "s3cret" }, memory, _ => 42), "RIGHT");
        Assert.Equal("answered", (await line.AnswerAsync("RIGHT", "clock")).GetProperty("outcome").GetString());

        line.Begin(memory => new Hj212Station(new() { Mn = "WRONG" }, memory, _ => 43));
        await line.MetricAsync("sensorgrid_ingest_frame_turn_away_total{protocol=\"hj212\",reason=\"bad_password\"}");

        await line.RefusedAsync(409, "not_connected", "WRONG", "clock");
        Assert.Contains("bad_password", line.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("WRONG", (await line.GetAsync("/api/v1/datastreams")).GetRawText(), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            // A secret that everybody on the machine can read is told, and the service runs all the same.
            Assert.Contains($"{file} (FieldProtocols:Hj212:PasswordFile)", line.Output, StringComparison.Ordinal);
            Assert.Contains("chmod go-rwx", (await line.GetAsync("/healthz/ready")).GetRawText(), StringComparison.Ordinal);
        }
        Assert.DoesNotContain("s3cret", line.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("other9", line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fire_device_of_gb26875_is_asked_its_clock_is_set_and_the_person_on_duty_answers()
    {
        await using var line = await StationCentre.StartAsync("Gb26875", "--FieldProtocols:Gb26875:AnswerTimeout", "1s", "--FieldProtocols:Gb26875:MaxResends", "0");
        await line.ConnectAsync(memory => new Gb26875Station(new() { Address = new(88) }, memory, _ => 3.5, isOnDuty: true), "88");
        await line.ConnectAsync(memory => new Gb26875Station(new() { Address = new(89) }, memory, _ => 3.5), "89");

        var answer = await line.AnswerAsync("88", "part-values", new { part = "1/1/01000000" });
        Assert.Contains(answer.GetProperty("answers").EnumerateArray().SelectMany(one => one.GetProperty("readings").EnumerateArray()), one =>
            one.GetProperty("name").GetString() == "part/1/1/92/01000000/height" && one.GetProperty("value").GetDouble() == 3.5);
        Assert.Equal("answered", (await line.AnswerAsync("88", "clock")).GetProperty("outcome").GetString());
        Assert.Equal("on_duty", (await line.AnswerAsync("88", "roll-call", new { minutes = 5 })).GetProperty("outcome").GetString());
        await line.RefusedAsync(409, "station_refused", "89", "roll-call", new { minutes = 5 });
        await line.RefusedAsync(400, "bad_argument", "88", "roll-call", new { minutes = 0 }, problem => Assert.Equal("minutes", problem.GetProperty("argument").GetString()));
    }

    [Fact]
    public async Task A_station_that_is_silent_has_too_much_to_do_or_goes_away_is_told_apart()
    {
        await using var line = await StationCentre.StartAsync(
            "Sl651", "--FieldProtocols:Sl651:AnswerTimeout", "2s", "--FieldProtocols:Sl651:Resends", "0", "--FieldProtocols:Sl651:MaxCommandsPerStation", "1");
        using var silent = await line.ConnectSilentAsync();

        var first = line.PostAsync("0030746200", "current");
        await line.UntilAsync("0030746200", station => station.GetProperty("commandsUnderWay").GetInt32() == 1);
        await line.RefusedAsync(503, "too_many_commands", "0030746200", "current");
        var (status, body) = await first;
        Assert.Equal((504, "station_timed_out"), (status, body.GetProperty("code").GetString()));

        var second = line.PostAsync("0030746200", "current");
        await line.UntilAsync("0030746200", station => station.GetProperty("commandsUnderWay").GetInt32() == 1);
        silent.Close();
        (status, body) = await second;
        Assert.Equal((503, "station_gone"), (status, body.GetProperty("code").GetString()));
        await line.RefusedAsync(409, "not_connected", "0030746200", "current", more: problem => Assert.Contains("没有连接", problem.GetProperty("text").GetProperty("zh").GetString(), StringComparison.Ordinal));

        // What the station's connection refused was given too, so it has an end.
        var list = await line.CommandsAsync(all => all.Count == 3 && all.All(one => one.GetProperty("endedAt").ValueKind == JsonValueKind.String));
        Assert.Equal(["disconnected", "too_many", "timed_out"], list.Select(one => one.GetProperty("outcome").GetString()));
        Assert.Equal(body.GetProperty("sequence").GetInt64(), list[0].GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task A_station_on_two_connections_is_told_and_the_newest_gets_its_commands()
    {
        const string station = "0012345678";
        await using var line = await StationCentre.StartAsync("Sl651");
        await line.ConnectAsync(memory => new Sl651Station(new() { Address = new(0x0012345678) }, memory, _ => 1.5), station);
        await line.UntilAsync(station, one => one.GetProperty("connections").GetArrayLength() == 1);
        Assert.DoesNotContain("sensorgrid_ingest_station_double_total{", await line.MetricsAsync(), StringComparison.Ordinal);
        await line.ConnectAsync(memory => new Sl651Station(new() { Address = new(0x0012345678) }, memory, _ => 2.5), station);
        await line.UntilAsync(station, one => one.GetProperty("connections").GetArrayLength() == 2);

        Assert.Equal(2.5, await LevelAsync());
        Assert.Contains("sensorgrid_ingest_station_double_total{protocol=\"sl651\"} 1", await line.MetricsAsync(), StringComparison.Ordinal);
        Assert.Contains($"station {station} is heard from", line.Output, StringComparison.Ordinal);

        await line.EndNewestAsync();
        await line.UntilAsync(station, one => one.GetProperty("connections").GetArrayLength() == 1);
        Assert.Equal(1.5, await LevelAsync());

        async Task<double> LevelAsync() => (await line.AnswerAsync(station, "current")).GetProperty("answers")[0].GetProperty("readings").EnumerateArray()
            .First(one => one.GetProperty("name").GetString() == "Z").GetProperty("value").GetDouble();
    }
}
