using System.Globalization;
using System.Text;
using InfluxDB.Client;
using InfluxDB.Client.Api.Domain;
using InfluxDB.Client.Writes;
using SensorGrid.Readings;
using SensorGrid.Storage.LineProtocol;
using SensorGrid.Testing;
using Some = SensorGrid.Storage.Tests.Support.Some;

namespace SensorGrid.Storage.Tests.LineProtocol;

/// <summary>The real servers: what was sent is asked back and compared. InfluxDB 2 is not among Debian's packages; its interface is covered by
/// the scripted server, by VictoriaMetrics, which speaks it, and by the client its makers publish.</summary>
public sealed class RealStoreTests
{
    private const string Awkward = "he said \"no\\yes\", a=b c\\\nnew line 水位 🌊\ttab\\";

    private static readonly DatastreamKey Where = new("water-gw-1", "where");
    private static readonly DatastreamKey Turbidity = new("water-gw-1", "turbidity");
    private static readonly DatastreamKey Note = new("gw-9", "note");

    [SkippableFact]
    public async Task InfluxDb1_gives_back_every_point_as_it_was_sent()
    {
        using var server = await StartAsync(StoreServer.InfluxDb1, "influxd");
        using var rig = new WriterRig(ExternalStoreKind.InfluxDb1, url: server.Url, time: TimeProvider.System);
        await server.QueryInfluxAsync("CREATE DATABASE city");

        await SendEverythingAsync(rig);
        // Sent again, as after a crash: the same points.
        await SendEverythingAsync(rig);

        var rows = await server.QueryInfluxAsync("SELECT * FROM reading", "city");
        Assert.Equal(
        [
            "1730203200000000000 value=1.5 quality=0 datastream=stage domain=water gateway=water-gw-1 quantity=level station=bridge.1 unit=m",
            "1730203201000000000 value_raw=-9999 quality=3 datastream=stage domain=water gateway=water-gw-1 quantity=level station=bridge.1 unit=m",
            "1730203202000000000 value=0.1 quality=0 datastream=turbidity domain=water gateway=water-gw-1 quantity=turbid, very=/so station=bridge.1 unit=NT U",
            "1730203203000000000 lat=21.27 lon=110.36 quality=0 asset=patrol-1 datastream=where domain=forest gateway=water-gw-1 quantity=position",
            "1730203204000000000 value=1.7976931348623157E+308 quality=0 datastream=x gateway=gw-9",
            "1730203205123456700 value=5E-324 quality=0 datastream=x gateway=gw-9",
            $"1730203206000000000 value_text={Awkward} quality=0 datastream=note gateway=gw-9",
            "-86400000000000 value=-0.5 quality=1 datastream=stage domain=water gateway=water-gw-1 quantity=level station=bridge.1 unit=m",
        ], rows.Select(Show).OrderBy(row => row[0] == '-').ThenBy(row => row, StringComparer.Ordinal));
        Assert.Equal(16, rig.Writer.State.Accepted);
        Assert.Empty(rig.DeadLetters);
    }

    [SkippableFact]
    public async Task InfluxDb1_refuses_a_field_of_another_type_and_takes_the_rest_and_later_that_too()
    {
        using var server = await StartAsync(StoreServer.InfluxDb1, "influxd");
        using var rig = new WriterRig(ExternalStoreKind.InfluxDb1, url: server.Url, time: TimeProvider.System);
        await server.QueryInfluxAsync("CREATE DATABASE city");
        // Somebody else wrote the field as a text before us.
        using (var taken = new StringContent("reading value_raw=\"taken\" 1730203200000000000"))
            (await server.Http.PostAsync("/write?db=city", taken)).EnsureSuccessStatusCode();

        rig.Add(9, [.. Enumerable.Range(0, 100).Select(second => WriterRig.Stage(second is 30 or 77 ? -9999 : second % 10, second))]);
        await rig.Writer.SendAsync(CancellationToken.None);

        Assert.Equal(98, (await server.QueryInfluxAsync("SELECT value FROM reading", "city")).Count);
        Assert.Equal(2, rig.DeadLetters.Count());
        Assert.All(rig.DeadLetters, letter => Assert.Contains("field type conflict", letter.Reason, StringComparison.Ordinal));
        Assert.Equal((0, 2), Counts(await rig.ResendAsync()));

        await server.QueryInfluxAsync("DROP MEASUREMENT reading", "city");
        Assert.Equal((2, 0), Counts(await rig.ResendAsync()));
        Assert.Equal(2, (await server.QueryInfluxAsync("SELECT value_raw FROM reading", "city")).Count);
    }

    [SkippableFact]
    public async Task InfluxDb1_refuses_lines_it_cannot_read_and_the_others_are_found()
    {
        using var server = await StartAsync(StoreServer.InfluxDb1, "influxd");
        await server.QueryInfluxAsync("CREATE DATABASE city");
        using var rig = new DeliveryRig(ExternalStoreKind.InfluxDb1, options => options with { Url = server.Url });

        Assert.True(await rig.DeliverAsync(["m v=1 1", "m v= 2", "m v=3 3", "m v=nonsense 4", "m v=5 5"]));

        Assert.Equal([2, 4], rig.Refused.Select(letter => letter.Sequence));
        Assert.Equal([1, 3, 5], (await server.QueryInfluxAsync("SELECT v FROM m", "city")).Select(row => row["v"].GetDouble()));
    }

    [SkippableFact]
    public async Task InfluxDb1_without_the_database_is_waited_for_and_says_what_to_make()
    {
        using var server = await StartAsync(StoreServer.InfluxDb1, "influxd");
        using var rig = new DeliveryRig(ExternalStoreKind.InfluxDb1, options => options with { Url = server.Url });

        var delivery = rig.DeliverAsync(3);
        var pause = await rig.Clock.PauseAsync();
        Assert.Contains("Make database \"city\"", rig.State.Problem, StringComparison.Ordinal);
        await server.QueryInfluxAsync("CREATE DATABASE city");
        rig.Clock.Advance(pause);

        Assert.True(await delivery);
        Assert.Equal(3, (await server.QueryInfluxAsync("SELECT v FROM m", "city")).Count);
    }

    [SkippableFact]
    public async Task InfluxDb1_drops_what_is_older_than_its_retention_and_that_is_counted_and_no_dead_letter()
    {
        using var server = await StartAsync(StoreServer.InfluxDb1, "influxd");
        await server.QueryInfluxAsync("CREATE DATABASE city WITH DURATION 24h");
        using var rig = new DeliveryRig(ExternalStoreKind.InfluxDb1, options => options with { Url = server.Url });
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;

        Assert.True(await rig.DeliverAsync([$"m v=1 {now}", "m v=2 1000000000", "m v=3 2000000000"]));

        Assert.Equal((1, 2), (rig.State.Accepted, rig.State.Expired));
        Assert.Empty(rig.Refused);
    }

    [SkippableTheory]
    [InlineData("write")]
    [InlineData("api/v2/write")]
    public async Task VictoriaMetrics_gives_back_every_number_by_either_path(string path)
    {
        using var server = await StartAsync(StoreServer.VictoriaMetrics, "victoria-metrics");
        using var rig = new WriterRig(ExternalStoreKind.VictoriaMetrics, options => options with { Path = path, Database = "city" }, server.Url, TimeProvider.System);

        await SendEverythingAsync(rig);
        await SendEverythingAsync(rig);

        const string River = "{datastream=\"stage\",db=\"city\",domain=\"water\",gateway=\"water-gw-1\",quantity=\"level\",station=\"bridge.1\",unit=\"m\"}";
        const string Turbid = "{datastream=\"turbidity\",db=\"city\",domain=\"water\",gateway=\"water-gw-1\",quantity=\"turbid, very=/so\",station=\"bridge.1\",unit=\"NT U\"}";
        const string Patrol = "{asset=\"patrol-1\",datastream=\"where\",db=\"city\",domain=\"forest\",gateway=\"water-gw-1\",quantity=\"position\"}";
        const string Unassigned = "{datastream=\"x\",db=\"city\",gateway=\"gw-9\"}";
        string[] expected =
        [
            $"reading_value{River} 1.5 1730203200000", $"reading_quality{River} 0 1730203200000",
            $"reading_value_raw{River} -9999 1730203201000", $"reading_quality{River} 3 1730203201000",
            $"reading_value{Turbid} 0.1 1730203202000", $"reading_quality{Turbid} 0 1730203202000",
            $"reading_lat{Patrol} 21.27 1730203203000", $"reading_lon{Patrol} 110.36 1730203203000", $"reading_quality{Patrol} 0 1730203203000",
            $"reading_quality{Unassigned} 0 1730203204000", $"reading_quality{Unassigned} 0 1730203205123",
            "reading_quality{datastream=\"note\",db=\"city\",gateway=\"gw-9\"} 0 1730203206000",
        ];
        var values = await server.ExportVictoriaAsync();
        // Its numbers are decimal with a shared exponent: the ends of what a double can say come back rounded.
        Assert.Equal(expected.Order(StringComparer.Ordinal), values.Where(value => !value.StartsWith($"reading_value{Unassigned}", StringComparison.Ordinal)));
        Assert.Equal(14, rig.Writer.State.Accepted);
        // The one before 1970, of both times.
        Assert.Equal([2, 2], rig.DeadLetters.Select(letter => letter.Sequence));
    }

    [SkippableFact]
    public async Task VictoriaMetrics_takes_a_bad_line_for_good_so_the_writer_must_never_write_one()
    {
        using var server = await StartAsync(StoreServer.VictoriaMetrics, "victoria-metrics");
        using var rig = new DeliveryRig(ExternalStoreKind.VictoriaMetrics, options => options with { Url = server.Url });

        Assert.True(await rig.DeliverAsync(["m v=1 1000000000", "m v= 2000000000", "m v=3 3000000000"]));

        Assert.Equal(["m_v{} 1 1000", "m_v{} 3 3000"], await server.ExportVictoriaAsync());
        Assert.Empty(rig.Refused);
    }

    [SkippableFact]
    public async Task What_the_makers_client_writes_and_what_we_write_is_the_same_to_a_server()
    {
        using var server = await StartAsync(StoreServer.VictoriaMetrics, "victoria-metrics");
        using (var client = new InfluxDBClient(new InfluxDBClientOptions(server.Url.ToString()) { Token = "t", Org = "o", Bucket = "b" }))
            await client.GetWriteApiAsync().WritePointsAsync([.. Enumerable.Range(0, 50).Select(second => Peer(second).Point)]);
        using var rig = new DeliveryRig(ExternalStoreKind.InfluxDb2, options => options with { Url = server.Url });

        Assert.True(await rig.DeliverAsync([.. Enumerable.Range(0, 50).Select(second => Ours(Peer(second).Read with { Name = "ours" }))]));

        var values = await server.ExportVictoriaAsync();
        var theirs = values.Where(value => value.StartsWith("peer_", StringComparison.Ordinal)).Select(value => value["peer_".Length..]).ToList();
        Assert.Equal(100, theirs.Count);
        Assert.Equal(theirs, values.Where(value => value.StartsWith("ours_", StringComparison.Ordinal)).Select(value => value["ours_".Length..]));
    }

    [Fact]
    public async Task The_makers_client_asks_the_same_address_with_the_same_header()
    {
        using var rig = new DeliveryRig(ExternalStoreKind.InfluxDb2);
        using (var client = new InfluxDBClient(new InfluxDBClientOptions(rig.Store.Url.ToString()) { Token = "secret-token", Org = "city hall", Bucket = "b/1" }))
            await client.GetWriteApiAsync().WritePointAsync(Peer(3).Point);
        await rig.DeliverAsync([Ours(Peer(3).Read)]);

        var (theirs, ours) = (rig.Store.Requests[0], rig.Store.Requests[1]);
        Assert.Equal(Query(theirs), Query(ours));
        Assert.Equal((theirs.Method, theirs.Authorization), (ours.Method, ours.Authorization));
        Assert.Equal(LineProtocolVectorTests.Show(LineProtocolOracle.Parse(theirs.Body)), LineProtocolVectorTests.Show(LineProtocolOracle.Parse(ours.Body)));
    }

    private static async Task<StoreServer> StartAsync(Func<StoreServer> create, string program)
    {
        Skip.IfNot(StoreServer.IsInstalled(program), StoreServer.HowToInstall(program));
        var server = create();
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private static async Task SendEverythingAsync(WriterRig rig)
    {
        rig.Add(1,
            WriterRig.Stage(1.5), WriterRig.Stage(-9999, 1),
            Some.Reading(0.1, 2, Turbidity),
            Some.Reading(110.36, 3, Where) with { Value2 = 21.27, Kind = ReadingKind.Position },
            Some.Reading(double.MaxValue, 4, new("gw-9", "x")));
        rig.Add(2,
            Some.Reading(double.Epsilon, 5, new("gw-9", "x")) with { ObservedAtTicks = Some.Start.UtcTicks + 5 * TimeSpan.TicksPerSecond + 1_234_567 },
            Some.Reading(0, 6, Note) with { Kind = ReadingKind.Text, Text = Awkward },
            WriterRig.Stage(-0.5) with { ObservedAtTicks = DateTime.UnixEpoch.AddDays(-1).Ticks });
        await rig.Writer.SendAsync(CancellationToken.None);
    }

    private static string Show(IReadOnlyDictionary<string, System.Text.Json.JsonElement> row)
    {
        string[] columns = ["value", "value_raw", "value_text", "lat", "lon", "quality", "asset", "datastream", "domain", "gateway", "quantity", "station", "unit"];
        return string.Join(' ', columns.Where(column => row.TryGetValue(column, out var cell) && cell.ValueKind != System.Text.Json.JsonValueKind.Null)
            .Select(column => $"{column}={(row[column].ValueKind == System.Text.Json.JsonValueKind.Number ? row[column].GetDouble().ToString("R", CultureInfo.InvariantCulture) : row[column].GetString())}")
            .Prepend(row["time"].GetInt64().ToString(CultureInfo.InvariantCulture)));
    }

    private static (PointData Point, OraclePoint Read) Peer(int second)
    {
        long time = 1_730_203_200_000_000_000 + second * 1_000_000_000L;
        var point = PointData.Measurement("peer").Tag("station", "bridge, 1=水 位").Tag("gateway", "gw-9")
            .Field("value", second + 0.25).Field("quality", 3L).Timestamp(time, WritePrecision.Ns);
        return (point, new("peer", [("gateway", "gw-9"), ("station", "bridge, 1=水 位")], [("quality", 3L), ("value", second + 0.25)], time));
    }

    private static string Ours(OraclePoint point)
    {
        var into = new System.Buffers.ArrayBufferWriter<byte>();
        LineProtocolVectorTests.Write(into, point);
        return Encoding.UTF8.GetString(into.WrittenSpan).TrimEnd('\n');
    }

    private static IEnumerable<string> Query(StoreRequest request) => Uri.UnescapeDataString(request.PathAndQuery).Split('?', '&').Order(StringComparer.Ordinal);

    private static (long, long) Counts(ResendResult result) => (result.Accepted, result.Refused);
}
