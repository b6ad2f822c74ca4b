using System.Text;
using DuckDB.NET.Data;
using SensorGrid.Ingest.Service.Commands.Export;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Ingest.Service.Tests.Commands.Export;

public sealed class ExportTests
{
    private const string Csv =
        "datastream,observed_at,value,longitude,latitude,text,quality,unit\r\n" +
        "water-gw-1/stage,2026-01-31T08:00:00.000Z,2.5,,,,good,m\r\n" +
        "water-gw-1/stage,2026-01-31T08:00:01.500Z,3,,,,good,m\r\n" +
        "water-gw-1/stage,2026-01-31T08:00:02.000Z,,,,,missing,m\r\n" +
        "water-gw-1/word,2026-01-31T08:00:00.000Z,,,,\"open, \"\"half\"\"\",good,\r\n";

    [Fact]
    public async Task While_the_service_runs_and_after_it_stopped_the_same_readings_come_out()
    {
        using var folder = new ServiceFolder();
        string file = Path.Combine(folder.Path, "out.parquet");
        // Pages of two readings.
        await using (var service = await LocalService.StartAsync(folder, null, "--Storage:MaxReadings", "2"))
        {
            await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
            await gateway.SendAsync("""[{"bt":1769846400,"n":"stage","u":"m","v":2.5},{"n":"stage","u":"m","v":3,"t":1.5},{"n":"stage","u":"m","v":-9999,"t":2}]""");
            await gateway.SendAsync("""[{"bt":1769846400,"n":"word","vs":"open, \"half\""}]""");
            await service.UntilAsync("the store", status => status.GetProperty("store").GetProperty("hotReadings").GetInt64() == 4);
            Assert.Equal(Csv, await ExportAsync(folder, "csv", "water-gw-1/*"));
            Assert.Equal(await ExportAsync(folder, "csv", "water-gw-1/stage"), await ExportAsync(folder, "csv", "water-gw-1/sta?e"));
        }

        Assert.Equal(Csv, await ExportAsync(folder, "csv", "water-gw-1/*"));
        Assert.Equal(
            "reading,datastream=stage,gateway=water-gw-1,unit=m value=2.5,quality=0i 1769846400000000000",
            (await ExportAsync(folder, "line", "water-gw-1/stage")).Split('\n')[0]);
        await ServiceCommand.SucceedAsync("export", "--data", folder.Data, "--datastream", "*", "--from", "2026-01-31T00:00:00Z", "--format", "parquet", "--out", file);
        Assert.Equal(["water-gw-1/stage 2.5 m", "water-gw-1/stage 3.0 m", "water-gw-1/stage - m", "water-gw-1/word - -"], ReadParquet(file));
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task What_cannot_be_exported_is_told_with_what_to_do()
    {
        using var folder = new ServiceFolder();
        await using (await LocalService.StartAsync(folder))
            await AssertRefusedAsync(1, "is called no/such", folder, "--datastream", "no/such");
        await AssertRefusedAsync(2, "no RFC 3339 time", folder, "--datastream", "*", "--from", "yesterday");
        await AssertRefusedAsync(2, "is not before", folder, "--datastream", "*", "--to", "2020-01-01T00:00:00Z");
        await AssertRefusedAsync(2, "--datastream", folder);
        Directory.Delete(folder.Data, recursive: true);
        await AssertRefusedAsync(1, "There is no data", folder, "--datastream", "*");
    }

    [Fact]
    public async Task A_folder_whose_last_minutes_are_in_the_log_only_is_refused()
    {
        using var folder = new ServiceFolder();
        await using (var service = await ServiceProcess.StartAsync(folder))
        {
            await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
            await gateway.SendStageAsync(2, new(2026, 1, 31, 8, 0, 0, TimeSpan.Zero));
            service.Kill();
        }

        await AssertRefusedAsync(1, "The last 1 messages", folder, "--datastream", "*");
    }

    [Theory]
    [InlineData("a b,c=d\\e", "reading,datastream=a\\ b\\,c\\=d/e,gateway=gw value_text=\"say \\\"\\\\\\\"\",quality=0i 0\n")]
    [InlineData("a\nb", "reading,datastream=a_b,gateway=gw value_text=\"say \\\"\\\\\\\"\",quality=0i 0\n")]
    public void Line_protocol_escapes_what_would_end_a_tag_or_a_text(string name, string expected) =>
        Assert.Equal(expected, ExportText.ToLine(new($"gw/{name}", DateTimeOffset.UnixEpoch, null, null, null, "say \"\\\"", "good", null)));

    [Fact]
    public void Line_protocol_has_times_to_the_tick_and_of_any_year() => Assert.Equal(
        ["-6847804800000000000", "1769846400123456700", "253402300799999999900"],
        new[] { new DateTimeOffset(1753, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 31, 8, 0, 0, TimeSpan.Zero).AddTicks(1_234_567), DateTimeOffset.MaxValue }
            .Select(at => ExportText.ToLine(new ExportedReading("gw/a", at, 1, null, null, null, "good", null)).TrimEnd().Split(' ')[^1]));

    private static Task<string> ExportAsync(ServiceFolder folder, string format, string datastream) => ServiceCommand.SucceedAsync(
        "export", "--data", folder.Data, "--datastream", datastream, "--from", "2026-01-31T00:00:00Z", "--to", "2026-02-01T00:00:00Z", "--format", format, "--out", "-");

    private static async Task AssertRefusedAsync(int expected, string why, ServiceFolder folder, params string[] more)
    {
        string[] from = more.Contains("--from") ? [] : ["--from", "2026-01-31T00:00:00Z"];
        var (code, output, errors) = await ServiceCommand.RunAsync(["export", "--data", folder.Data, "--format", "csv", "--out", "-", .. from, .. more]);
        Assert.Equal(expected, code);
        Assert.Contains(why, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("water-gw-1", Encoding.UTF8.GetString(output), StringComparison.Ordinal);
    }

    private static List<string> ReadParquet(string file)
    {
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using var command = duck.CreateCommand();
        command.CommandText = $"SELECT concat_ws(' ', datastream, coalesce(value::VARCHAR, '-'), coalesce(unit, '-')) FROM '{file}'";
        using var row = command.ExecuteReader();
        var rows = new List<string>();
        while (row.Read())
            rows.Add(row.GetString(0));
        return rows;
    }
}
