using SensorGrid.EndToEnd.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests;

/// <summary>The README's first command, as a person sees it: the demo is started, and a real browser looks at the console.</summary>
public sealed class ConsoleTests
{
    private const string Chromium = "/usr/bin/chromium";
    private const int StoppedBySignal = 130;

    [SkippableFact]
    public async Task Within_a_minute_the_demo_shows_live_alarms_of_all_domains_and_one_is_acknowledged_from_the_page()
    {
        Skip.IfNot(File.Exists(Chromium), "Chromium is not installed (apt install chromium)");
        using var folder = new TempFolder();
        string screenshots = Path.Combine(Build.Root, "artifacts/screenshots");
        Directory.CreateDirectory(screenshots);

        using var demo = ChildProcess.DotNet(Build.Simulators, "demo", "--data", folder["demo"], "--http", $"127.0.0.1:{FreePort.Take()}", "--mqtt", $"127.0.0.1:{FreePort.Take()}");
        await demo.LineAsync(line => line.Length > 0, TimeSpan.FromSeconds(30));
        var minute = TimeSpan.FromSeconds(60);
        string line = await demo.LineAsync(text => text.Contains("http://", StringComparison.Ordinal), minute);
        string address = line[line.IndexOf("http://", StringComparison.Ordinal)..].Split(' ')[0];

        using var browser = new ChildProcess(
            "node", Path.Combine(Build.Root, "tests/SensorGrid.EndToEnd.Tests/browser/console-check.mjs"), address, screenshots,
            "--domains", "drainage,fire,water,heritage,forest", "--timeout", "60");
        int exit = await browser.ExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(exit == 0, $"the browser check failed:\n{browser.Output}\n--- demo:\n{demo.Output}");
        Assert.NotEmpty(Directory.GetFiles(screenshots, "*.png"));

        demo.Terminate();
        Assert.Equal(StoppedBySignal, await demo.ExitAsync(TimeSpan.FromSeconds(30)));
    }
}
