using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Commands.Backup;

public sealed class BackupTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_backup_of_a_running_service_starts_with_all_readings_and_alarms(bool copy)
    {
        using var folder = new ServiceFolder();
        string backup = Path.Combine(folder.Path, "backup"), restored = Path.Combine(folder.Path, "restored");
        string readings, alarms;
        await using (var service = await LocalService.StartAsync(folder, null, "--Storage:SealAfter", "1s"))
        {
            await SendAsync(service, 0, 20);
            await service.UntilAsync("a sealed file", status => status.GetProperty("store").GetProperty("files").GetInt32() > 0);
            await SendAsync(service, 20, 30);
            await service.Api.AcknowledgeAsync((await service.Api.OpenAlarmAsync()).GetProperty("id").GetString()!);
            string errors = await RunBackupAsync(folder.Data, backup, copy);
            Assert.Contains(copy ? " 0 by a second name" : " by a second name", errors, StringComparison.Ordinal);
            (readings, alarms) = await AskAsync(service);
            // Not in the backup.
            await SendAsync(service, 30, 31);
            await Assert.ThrowsAsync<Xunit.Sdk.EqualException>(async () => Assert.Equal(readings, (await AskAsync(service)).Readings));
        }

        await ServiceCommand.SucceedAsync("restore", "--from", backup, "--data", restored);

        await using var again = await LocalService.StartAsync(folder, restored);
        Assert.Equal((readings, alarms), await AskAsync(again));
        Assert.Equal(0, (await again.Api.GetAsync("/api/v1/status")).GetProperty("store").GetProperty("unreadableFiles").GetInt32());
        // It takes up its work.
        await SendAsync(again, 31, 32);
        await again.UntilAsync("the new reading", status => status.GetProperty("counts").GetProperty("readings").GetInt64() == 1);
    }

    [Fact]
    public async Task A_stopped_service_can_be_backed_up_too()
    {
        using var folder = new ServiceFolder();
        string backup = Path.Combine(folder.Path, "backup"), restored = Path.Combine(folder.Path, "restored");
        (string, string) before;
        await using (var service = await LocalService.StartAsync(folder))
        {
            await SendAsync(service, 0, 10);
            before = await AskAsync(service);
        }

        await ServiceCommand.SucceedAsync("backup", "--data", folder.Data, "--to", backup);
        await ServiceCommand.SucceedAsync("restore", "--from", backup, "--data", restored);

        await using var again = await LocalService.StartAsync(folder, restored);
        Assert.Equal(before, await AskAsync(again));
    }

    [Fact]
    public async Task Nothing_is_replaced_and_nothing_damaged_is_restored()
    {
        using var folder = new ServiceFolder();
        string backup = Path.Combine(folder.Path, "backup"), restored = Path.Combine(folder.Path, "restored");
        await using (var service = await LocalService.StartAsync(folder))
            await SendAsync(service, 0, 10);
        await ServiceCommand.SucceedAsync("backup", "--data", folder.Data, "--to", backup);

        await AssertRefusedAsync("is not empty", "backup", "--data", folder.Data, "--to", backup);
        await AssertRefusedAsync("is not empty", "restore", "--from", backup, "--data", folder.Data);
        await AssertRefusedAsync("There is no data", "backup", "--data", restored, "--to", Path.Combine(folder.Path, "other"));
        await AssertRefusedAsync("is not a backup", "restore", "--from", folder.Data, "--data", restored);
        foreach (string file in new[] { "state.sqlite", Path.Combine("log", "00000000000000000001.segment") })
        {
            string path = Path.Combine(backup, file);
            byte[] whole = File.ReadAllBytes(path);
            byte[] flipped = (byte[])whole.Clone();
            flipped[whole.Length / 2] ^= 1;
            File.WriteAllBytes(path, flipped);
            await AssertRefusedAsync("changed or damaged", "restore", "--from", backup, "--data", restored);
            File.Delete(path);
            await AssertRefusedAsync("missing from the backup", "restore", "--from", backup, "--data", restored);
            File.WriteAllBytes(path, whole);
        }
        Assert.False(Directory.Exists(restored));
        File.Delete(Path.Combine(backup, "backup.json"));
        await AssertRefusedAsync("did not finish", "restore", "--from", backup, "--data", restored);
    }

    [Fact]
    public async Task A_manifest_that_points_outside_the_folder_is_refused()
    {
        using var folder = new ServiceFolder();
        string backup = Path.Combine(folder.Path, "backup");
        Directory.CreateDirectory(backup);
        File.WriteAllText(Path.Combine(backup, "backup.json"),
            """{ "format": 1, "takenAt": "2026-01-31T08:00:00Z", "files": [{ "path": "log/../../rules/river.yaml", "bytes": 1, "sha256": "00" }] }""");

        await AssertRefusedAsync("no place inside a backup", "restore", "--from", backup, "--data", Path.Combine(folder.Path, "restored"));
    }

    private static async Task<string> RunBackupAsync(string data, string to, bool copy)
    {
        var (code, _, errors) = await ServiceCommand.RunAsync(copy ? ["backup", "--data", data, "--to", to, "--copy"] : ["backup", "--data", data, "--to", to]);
        Assert.True(code == 0, errors);
        return errors;
    }

    private static async Task AssertRefusedAsync(string why, params string[] arguments)
    {
        var (code, _, errors) = await ServiceCommand.RunAsync(arguments);
        Assert.Equal(1, code);
        Assert.Contains(why, errors, StringComparison.Ordinal);
    }

    // Rises above the red limit of 5 m at the seventeenth.
    private static async Task SendAsync(LocalService service, int from, int to)
    {
        await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
        for (int i = from; i < to; i++)
            await gateway.SendStageAsync(2 + i * 0.2, Start.AddSeconds(i));
        await service.UntilAsync("both followers", status => status.GetProperty("followers").EnumerateObject().All(follower =>
            follower.Value.GetProperty("applied").GetInt64() >= status.GetProperty("log").GetProperty("durable").GetInt64()));
    }

    private static async Task<(string Readings, string Alarms)> AskAsync(LocalService service)
    {
        var readings = await service.Api.GetAsync("/api/v1/readings?datastream=water-gw-1/stage&from=2026-01-31T00:00:00Z&to=2026-02-01T00:00:00Z");
        var alarms = await service.Api.GetAsync("/api/v1/alarms");
        return (readings.GetProperty("readings").GetRawText(), alarms.GetProperty("alarms").GetRawText());
    }
}
