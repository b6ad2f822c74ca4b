using System.Text.Json;
using SensorGrid.EndToEnd.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.RuleTools;

/// <summary>The rule tools on what a real service kept: asked while it runs, and by a copy of its log afterwards.</summary>
public sealed class LogToolsTests : IDisposable
{
    private static readonly string Recordings = RepositoryRoot.Combine("tests", "recordings");

    private readonly RuleTool tool = new();

    [Fact]
    public async Task An_alarm_is_explained_by_the_service_and_by_its_log_alike()
    {
        string alarm;
        using (var service = await StartAsync())
        {
            var red = (await service.GetAsync("/api/v1/alarms?state=all&level=red")).GetProperty("alarms")[0];
            alarm = red.GetProperty("id").GetString()!;
            var (exit, output) = RuleTool.Run("explain", alarm, "--url", $"http://127.0.0.1:{service.Http}", "--language", "en");
            Assert.True(exit == 0, output);
            Assert.Contains($"alarm {alarm}: rule {red.GetProperty("rule").GetString()}", output, StringComparison.Ordinal);
            Assert.Contains("limits (above): blue 2.5, yellow 3, orange 4, red 5", output, StringComparison.Ordinal);
            Assert.Contains("(put into force by service at", output, StringComparison.Ordinal);
            Assert.Contains("evaluated again: the same", output, StringComparison.Ordinal);
            var (unknown, said) = RuleTool.Run("explain", "nothing", "--url", $"http://127.0.0.1:{service.Http}");
            Assert.Equal(2, unknown);
            Assert.Contains("answers 404: There is no alarm of this id.", said, StringComparison.Ordinal);
            await service.StopAsync();
        }

        var (fromLog, json) = RuleTool.Run("explain", alarm, "--data", Data, "--json");
        Assert.True(fromLog == 0, json);
        var explained = JsonDocument.Parse(json[json.IndexOf('{', StringComparison.Ordinal)..]).RootElement;
        Assert.True(explained.GetProperty("same").GetBoolean());
        Assert.Contains($"alarm={alarm}", explained.GetProperty("recorded").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(0, explained.GetProperty("readings").GetArrayLength());
        Assert.Contains("    levels: catalogue", explained.GetProperty("ruleText").EnumerateArray().Select(line => line.GetString()));
        Assert.Equal(2, RuleTool.Run("explain", "nothing", "--data", Data).ExitCode);
        Assert.Equal(2, RuleTool.Run("explain", alarm, "--data", Recordings).ExitCode);
        Assert.Equal(2, RuleTool.Run("explain", alarm).ExitCode);
        Assert.Equal(2, RuleTool.Run("explain", alarm, "--url", "here").ExitCode);
    }

    [Fact]
    public async Task A_copied_log_is_back_tested_and_compared_as_a_recording_is()
    {
        string[] raised;
        using (var service = await StartAsync())
        {
            var alarms = (await service.GetAsync("/api/v1/alarms?state=all&limit=1000")).GetProperty("alarms").EnumerateArray();
            raised = [.. alarms.Select(alarm => alarm.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
            await service.StopAsync();
        }
        string packs = RepositoryRoot.Combine("rules", "packs"), copy = Path.Combine(tool.Folder, "copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(Path.Combine(Data, "log"), "*.segment"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));

        var (exit, output) = RuleTool.Run("backtest", "--rules", packs, "--recording", copy, "--language", "en");
        Assert.True(exit == 0, output);
        // The same rules on the same records: the very alarms that the service raised.
        string[] again = [.. output.Split('\n').Where(line => line.Contains(" raised ", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf("alarm=", StringComparison.Ordinal) + 6)..].Split(' ')[0].Trim()).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(raised);
        Assert.Equal(raised, again);

        var (same, said) = RuleTool.Run("diff", "--old", packs, "--new", packs, "--recording", Data, "--fail-on", "added,removed,moved,level", "--language", "en");
        Assert.True(same == 0, said);
        Assert.Contains("0 added, 0 removed, 0 moved, 0 of another level", said, StringComparison.Ordinal);
        Assert.Equal(2, RuleTool.Run("backtest", "--rules", packs, "--recording", copy, "--recording", Recordings).ExitCode);
    }

    public void Dispose() => tool.Dispose();

    private string Data => Path.Combine(tool.Folder, "data");

    /// <summary>A service that has taken the flood of 2015.</summary>
    private async Task<RunningService> StartAsync()
    {
        var service = new RunningService(Data, "--catalogue", Path.Combine(Recordings, "catalogue"), "--rules", RepositoryRoot.Combine("rules", "packs"));
        await service.StartAsync();
        var (exit, output) = ChildProcess.Run(
            "dotnet", Build.Simulators, "replay", Path.Combine(Recordings, "river-calder-2015"), "--to", $"mqtt://127.0.0.1:{service.Mqtt}", "--speed", "max");
        Assert.True(exit == 0, output);
        await service.CaughtUpAsync();
        return service;
    }
}
