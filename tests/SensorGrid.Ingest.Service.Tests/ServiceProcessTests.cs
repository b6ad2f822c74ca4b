using System.Text.Json;
using SensorGrid.Alarms;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Service.Tests;

/// <summary>The service as a process: what an operator, a gateway and a dispatcher see of it.</summary>
public sealed class ServiceProcessTests : IDisposable
{
    private readonly ServiceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_reading_raises_an_alarm_that_is_acknowledged_and_survives_a_restart()
    {
        string id;
        await using (var service = await ServiceProcess.StartAsync(folder))
        {
            using var api = new ApiClient(service.Http);
            await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
            await using var stream = api.StreamAsync().GetAsyncEnumerator();
            Assert.True(await stream.MoveNextAsync());
            Assert.Equal("heartbeat", stream.Current.EventType);

            await gateway.SendStageAsync(5.5, DateTimeOffset.UnixEpoch.AddSeconds(Now()));

            while (stream.Current.EventType != "alarm")
                Assert.True(await stream.MoveNextAsync());
            var live = JsonDocument.Parse(stream.Current.Data).RootElement;
            id = live.GetProperty("id").GetString()!;
            Assert.Equal(("red", "1"), (live.GetProperty("level").GetString(), stream.Current.EventId));
            var acknowledged = await api.AcknowledgeAsync(id, "王", "派人查看");
            Assert.True(acknowledged.GetProperty("acknowledged").GetBoolean());
            Assert.Equal(0, await service.StopAsync());
        }

        await using var again = await ServiceProcess.StartAsync(folder);
        using var after = new ApiClient(again.Http);
        var alarm = await after.GetAsync($"/api/v1/alarms/{id}");
        Assert.Equal("王", alarm.GetProperty("acknowledgedBy").GetString());
        Assert.Equal(["raised", "acknowledged"], alarm.GetProperty("transitions").EnumerateArray().Select(step => step.GetProperty("kind").GetString()));
        var readings = await after.GetAsync("/api/v1/readings?datastream=water-gw-1/stage");
        Assert.Equal(5.5, Assert.Single(readings.GetProperty("readings").EnumerateArray()).GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task An_alarm_acknowledged_below_red_asks_again_at_red_and_still_does_after_a_restart()
    {
        string id;
        double start = Now() - 60;
        await using (var service = await ServiceProcess.StartAsync(folder))
        {
            using var api = new ApiClient(service.Http);
            await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
            await gateway.SendStageAsync(3.5, DateTimeOffset.UnixEpoch.AddSeconds(start));
            id = (await api.OpenAlarmAsync()).GetProperty("id").GetString()!;
            Assert.Equal("王", (await api.AcknowledgeAsync(id, "王", "低水位")).GetProperty("acknowledgedBy").GetString());
            await gateway.SendStageAsync(5.5, DateTimeOffset.UnixEpoch.AddSeconds(start + 1));
            await Wait.ForAsync<object>("red", async () => (await api.OpenAlarmAsync()).GetProperty("level").GetString() == "red" ? this : null);
            service.Kill();
        }

        await using var again = await ServiceProcess.StartAsync(folder);
        using var after = new ApiClient(again.Http);
        var red = await after.GetAsync($"/api/v1/alarms/{id}");
        Assert.False(red.GetProperty("acknowledged").GetBoolean());
        Assert.Equal(JsonValueKind.Null, red.GetProperty("acknowledgedBy").ValueKind);
        var seen = await after.AcknowledgeAsync(id, "李", "已派人");
        Assert.Equal((true, "李", "已派人"), (seen.GetProperty("acknowledged").GetBoolean(), seen.GetProperty("acknowledgedBy").GetString(), seen.GetProperty("note").GetString()));
        var steps = (await after.GetAsync($"/api/v1/alarms/{id}")).GetProperty("transitions").EnumerateArray();
        Assert.Equal(
            ["raised  yellow", "acknowledged 王 yellow", "level-changed  red", "acknowledged 李 red"],
            steps.Select(step => $"{step.GetProperty("kind").GetString()} {step.GetProperty("by").GetString()} {step.GetProperty("level").GetString()}"));
    }

    [Fact]
    public async Task Killed_at_any_time_it_comes_back_with_every_acknowledged_reading_once_and_the_same_transitions()
    {
        double start = Now() - 3600;
        int sent = 0;
        var seen = new List<string>();
        for (int round = 0; round < 3; round++)
        {
            await using var service = await ServiceProcess.StartAsync(folder);
            await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
            // Up and down through the levels, a minute apart.
            for (int i = 0; i < 20; i++, sent++)
                await gateway.SendStageAsync(2 + sent % 3, DateTimeOffset.UnixEpoch.AddSeconds(start + sent * 60));
            service.Kill();
        }

        await using var last = await ServiceProcess.StartAsync(folder);
        using var api = new ApiClient(last.Http);
        var readings = (await api.GetAsync($"/api/v1/readings?datastream=water-gw-1/stage&from={Text(start - 1)}")).GetProperty("readings");
        Assert.Equal(sent, readings.GetArrayLength());
        foreach (var alarm in (await api.GetAsync("/api/v1/alarms?state=all")).GetProperty("alarms").EnumerateArray())
        {
            var detail = await api.GetAsync($"/api/v1/alarms/{alarm.GetProperty("id").GetString()}");
            seen.AddRange(detail.GetProperty("transitions").EnumerateArray().Select(step =>
                $"{step.GetProperty("position").GetInt64():D4} {step.GetProperty("at").GetString()} {step.GetProperty("kind").GetString()} {step.GetProperty("level").GetString()}"));
        }
        // 2 → 3 raises yellow, 3 → 4 is orange, 4 → 2 clears: three transitions for each three readings.
        seen.Sort(StringComparer.Ordinal);
        Assert.Equal(Enumerable.Range(0, sent).Where(i => i % 3 == 1 || i % 3 == 2 || (i % 3 == 0 && i > 0)).Select((i, n) =>
            $"{n + 1:D4} {Text(start + i * 60)} {(i % 3 == 1 ? "raised yellow" : i % 3 == 2 ? "level-changed orange" : "cleared orange")}"), seen);
    }

    [Fact]
    public async Task The_first_record_of_each_run_says_that_the_service_started()
    {
        var ends = new List<long> { 0 };
        foreach (bool kill in (bool[])[false, true, true, false])
        {
            await using var service = await ServiceProcess.StartAsync(folder);
            await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
            await gateway.SendStageAsync(ends.Count, DateTimeOffset.UnixEpoch.AddSeconds(Now()));
            if (kill)
                service.Kill();
            else
                Assert.Equal(0, await service.StopAsync());
            using var log = ReadingLogReader.Open(Path.Combine(folder.Data, "log"));
            ends.Add(log.LastSequence);
        }

        var started = new List<long>();
        using var reader = ReadingLogReader.Open(Path.Combine(folder.Data, "log"));
        var buffer = new ReadingLogRecordBuffer();
        while (reader.Read(buffer) > 0)
        {
            foreach (var record in buffer.Records)
            {
                if (record is { Kind: ReadingLogKind.Command, Topic: AlarmCommands.ServiceStarted, Source: LogCommands.ServiceSource })
                    started.Add(record.Sequence);
            }
        }
        Assert.Equal(ends.SkipLast(1).Select(end => end + 1), started);
    }

    [Fact]
    public async Task On_a_broken_disk_it_acknowledges_nothing_says_why_and_ends_with_exit_code_3()
    {
        await using (var service = await ServiceProcess.StartAsync(folder, "--Process:FailureGrace", "10s"))
        {
            using var api = new ApiClient(service.Http);
            await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
            await gateway.SendStageAsync(1, DateTimeOffset.UnixEpoch.AddSeconds(Now() - 60));

            service.BreakDisk();
            var lost = await Record.ExceptionAsync(() => gateway.SendStageAsync(2, DateTimeOffset.UnixEpoch.AddSeconds(Now())));
            var (status, problem) = await api.GetProblemAsync("/healthz/ready");

            Assert.NotNull(lost);
            Assert.Equal((503, "not_ready"), (status, problem.GetProperty("code").GetString()));
            Assert.Contains("log", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(ExitCode.StorageFailed, await service.WaitForExitAsync());
        }

        await using var again = await ServiceProcess.StartAsync(folder);
        using var after = new ApiClient(again.Http);
        var readings = (await after.GetAsync("/api/v1/readings?datastream=water-gw-1/stage")).GetProperty("readings");
        Assert.Equal([1.0], readings.EnumerateArray().Select(reading => reading.GetProperty("value").GetDouble()));
    }

    [Fact]
    public async Task All_errors_of_settings_are_printed_and_the_exit_code_is_2()
    {
        var (code, errors) = await ServiceProcess.RunToEndAsync(
            folder, "--data", folder.Data, "--http", "0.0.0.0:0", "--mqtt", "nowhere", "--clock-speed", "2", "--Storage:SealRows", "0", "--Mqtt:Mod", "External");

        Assert.Equal(ExitCode.WrongSettings, code);
        foreach (string key in new[] { "Http:Listen", "Mqtt:Listen", "Clock:Speed", "Storage:", "Mqtt:Mod: there is no such setting; did you mean Mqtt:Mode?" })
            Assert.Contains(key, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_errors_of_catalogue_and_rules_are_printed_with_their_places()
    {
        File.WriteAllText(folder.CatalogueFile, "stations: [{ id: 'not an id' }]\n");
        File.WriteAllText(folder.RulesFile, "rules:\n  - id: x\n    type: nothing\n");

        var (code, errors) = await ServiceProcess.RunToEndAsync(folder, folder.Arguments());

        Assert.Equal(ExitCode.WrongSettings, code);
        Assert.Contains($"{folder.CatalogueFile}:1:", errors, StringComparison.Ordinal);
        Assert.Contains($"{folder.RulesFile}:", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Data), "Nothing may be opened before the definitions are known to be good.");
    }

    [Fact]
    public async Task A_second_service_on_the_same_folder_or_port_says_so_and_ends()
    {
        await using var first = await ServiceProcess.StartAsync(folder);

        var (code, errors) = await ServiceProcess.RunToEndAsync(folder, folder.Arguments());
        Assert.Equal(ExitCode.CannotStart, code);
        Assert.Contains(folder.Data, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);

        using var other = new ServiceFolder();
        (code, errors) = await ServiceProcess.RunToEndAsync(other, "--data", other.Data, "--http", new Uri(first.Http).Authority, "--mqtt", "127.0.0.1:0");
        Assert.Equal(ExitCode.CannotStart, code);
        Assert.Contains("Another program listens there", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Four_lines_are_printed_and_ready_is_the_last()
    {
        await using var service = await ServiceProcess.StartAsync(folder);

        Assert.Equal([$"http: {service.Http}", $"mqtt: {service.Mqtt}", $"data: {folder.Data}", "ready"], service.Printed);
        Assert.Equal(ExitCode.Stopped, await service.StopAsync());
    }

    [Fact]
    public async Task It_stops_cleanly_with_its_standard_input_when_told_to()
    {
        await using var service = await ServiceProcess.StartAsync(folder, "--Process:StopWithStandardInput", "true");
        Assert.Equal(ExitCode.Stopped, await service.EndInputAsync());
    }

    [Fact]
    public async Task It_serves_over_ipv6()
    {
        using var ipv6 = new ServiceFolder { Address = "[::1]" };
        await using var service = await ServiceProcess.StartAsync(ipv6);
        using var api = new ApiClient(service.Http);
        await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);

        await gateway.SendStageAsync(1, DateTimeOffset.UnixEpoch.AddSeconds(Now()));

        Assert.StartsWith("http://[::1]:", service.Http, StringComparison.Ordinal);
        Assert.Equal(1, (await api.GetAsync("/api/v1/status")).GetProperty("counts").GetProperty("readings").GetInt64());
    }

    [Fact]
    public async Task A_log_that_is_shorter_than_what_was_made_of_it_stops_the_start()
    {
        await using (var service = await ServiceProcess.StartAsync(folder))
            Assert.Equal(0, await service.StopAsync());
        Directory.Delete(Path.Combine(folder.Data, "log"), recursive: true);

        var (code, errors) = await ServiceProcess.RunToEndAsync(folder, folder.Arguments());

        Assert.Equal(ExitCode.CannotStart, code);
        Assert.Contains("the log folder was removed, or is an older copy", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_simulated_clock_is_shown_and_stamps_what_comes_in()
    {
        string origin = Text(Now());
        await using var service = await ServiceProcess.StartAsync(
            folder, "--clock-start", "2015-12-26T00:00:00Z", "--clock-origin", origin, "--clock-speed", "60");
        using var api = new ApiClient(service.Http);

        var status = await api.GetAsync("/api/v1/status");

        Assert.True(status.GetProperty("clock").GetProperty("simulated").GetBoolean());
        Assert.StartsWith("2015-12-26T", status.GetProperty("now").GetString(), StringComparison.Ordinal);
    }

    private static double Now() => Math.Floor(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);

    private static string Text(double seconds) => Service.Api.ApiJson.Format(DateTimeOffset.UnixEpoch.AddSeconds(seconds));
}
