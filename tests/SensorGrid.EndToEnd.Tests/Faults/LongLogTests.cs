using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.EndToEnd.Tests.Support;
using SensorGrid.ReadingLog;
using Xunit.Abstractions;

namespace SensorGrid.EndToEnd.Tests.Faults;

/// <summary>Starting with ten million records in the log. Nightly.</summary>
public sealed class LongLogTests(ITestOutputHelper output)
{
    private const int Gateways = 200;

    // Nothing was ever evaluated or stored: the price of a lost state, not of a restart.
    private static readonly TimeSpan LongestRebuild = TimeSpan.FromMinutes(30);

    // Processor time, which does not depend on what else the machine does: half a million records for the rules, two millions for the store.
    private static readonly TimeSpan MostWork = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task A_kill_is_followed_by_a_short_start_however_long_the_log_is()
    {
        Tools.NeedNightly();
        int records = Tools.Number("SENSORGRID_TEST_RECORDS", 10_000_000);
        using var folder = new TempFolder();
        long began = TimeProvider.System.GetTimestamp();
        await WriteLogAsync(Path.Combine(folder["data"], "log"), records);
        var written = TimeProvider.System.GetElapsedTime(began);
        using var service = new RunningService(folder["data"], FaultCity.Write(folder, Gateways)) { StartLimit = LongestRebuild };
        var rebuilt = await service.StartAsync();
        await service.CaughtUpAsync();
        output.WriteLine($"{records} records written in {written.TotalSeconds:0} s; without any snapshot or sealed file ready after {rebuilt.TotalSeconds:0.0} s, {records / rebuilt.TotalSeconds:0} records/s");

        for (int round = 1; round <= 3; round++)
        {
            var status = await service.GetAsync("/api/v1/status");
            service.KillHard();
            var took = await service.StartAsync();
            var work = service.Probe.ProcessorTime;
            string recovering = service.Output.Split('\n').First(line => line.Contains("Recovering:", StringComparison.Ordinal));
            output.WriteLine($"kill {round}: ready after {took.TotalSeconds:0.0} s, {work.TotalSeconds:0.0} s of processor time. {recovering[recovering.IndexOf("Recovering:", StringComparison.Ordinal)..]}; "
                + $"{status.GetProperty("store").GetProperty("files").GetInt32()} sealed files, {status.GetProperty("store").GetProperty("hotReadings").GetInt64()} readings in memory before");
            Assert.True(work < MostWork, $"the start took {work} of processor time");
        }
        await service.StopAsync();
    }

    private static async Task WriteLogAsync(string folder, int records)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await using var log = ReadingLogWriter.Open(new ReadingLogOptions { Folder = folder }, TimeProvider.System, NullLogger.Instance);
        var topics = Enumerable.Range(0, Gateways).Select(number => $"sensorgrid/v1/water/{FaultCity.GatewayId(number)}/readings").ToArray();
        long first = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - records;
        byte[] payload = new byte[128];
        for (int i = 0; i < records; i++)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $$"""[{"n":"level","u":"m","v":{{i % 100 / 100.0}},"bt":{{(first + i) / 1000.0}}}]""");
            int length = Encoding.UTF8.GetBytes(text, payload);
            await log.EnqueueAsync(new(ReadingLogKind.Payload, "mqtt", FaultCity.GatewayId(i % Gateways), topics[i % Gateways], payload.AsMemory(0, length)));
        }
    }
}
