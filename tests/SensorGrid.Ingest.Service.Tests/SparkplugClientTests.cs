using System.Globalization;
using System.Text.Json;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Ingest.Tests.Peers;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests;

/// <summary>Eclipse Tahu's sparkplug-client, an edge node of somebody else's, at a running service: what it sends is asked for where people ask.</summary>
public sealed class SparkplugClientTests : IDisposable
{
    private const string Edge = "water-gw-9";

    private readonly ServiceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("leave")]
    [InlineData("vanish")]
    public async Task An_edge_node_is_born_sends_by_alias_is_born_again_when_asked_and_dies(string ending)
    {
        string modules = Modules();
        await using var service = await LocalService.StartAsync(folder, more: ["--Mqtt:SparkplugB:Enabled", "true"]);
        using var edge = Start(modules, service.Mqtt, ending);
        await FollowAsync(service, edge);
    }

    [SkippableFact]
    public async Task The_same_at_mosquitto()
    {
        string modules = Modules();
        using var broker = new Mosquitto();
        await broker.StartAsync();
        string url = $"mqtt://127.0.0.1:{broker.Port.ToString(CultureInfo.InvariantCulture)}";
        await using var service = await LocalService.StartAsync(folder, more: ["--Mqtt:SparkplugB:Enabled", "true", "--Mqtt:Mode", "External", "--Mqtt:Broker", url]);
        await service.UntilAsync("the broker", status => status.GetProperty("sources")[0].GetProperty("connected").GetBoolean());
        using var edge = Start(modules, url, "vanish");
        await FollowAsync(service, edge);
    }

    [SkippableFact]
    public async Task A_late_will_of_an_older_connection_of_ours_is_answered_with_our_state()
    {
        using var broker = new Mosquitto();
        await broker.StartAsync();
        string port = broker.Port.ToString(CultureInfo.InvariantCulture);
        await using var service = await LocalService.StartAsync(
            folder, more: ["--Mqtt:SparkplugB:Enabled", "true", "--Mqtt:Mode", "External", "--Mqtt:Broker", $"mqtt://127.0.0.1:{port}"]);
        await UntilOnlineAsync();

        using var will = PeerProcess.Start(
            "mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-q", "1", "-r", "-t", "spBv1.0/STATE/sensorgrid", "-m", """{"online":false,"timestamp":1}""");
        Assert.Equal(0, await will.ExitAsync(PeerProcess.Patience));
        await UntilOnlineAsync();

        // Whoever asks late is told: it is retained.
        Task<object> UntilOnlineAsync() => Wait.ForAsync<object>("our state", async () =>
        {
            using var late = PeerProcess.Start("mosquitto_sub", "-h", "127.0.0.1", "-p", port, "-t", "spBv1.0/STATE/sensorgrid", "-C", "1");
            return await late.ExitAsync(PeerProcess.Patience) == 0 && JsonDocument.Parse(late.Output).RootElement.GetProperty("online").GetBoolean() ? "yes" : null;
        });
    }

    private static string Modules()
    {
        string modules = RepositoryRoot.Combine("artifacts", "peers", "sparkplug-js");
        Skip.IfNot(
            Directory.Exists(Path.Combine(modules, "node_modules", "sparkplug-client")), "sparkplug-client is not installed: tests/run.sh installs it into artifacts/peers/sparkplug-js.");
        return modules;
    }

    private static ChildProcess Start(string modules, string url, string ending) =>
        PeerProcess.Start("node", RepositoryRoot.Combine("tests", "SensorGrid.Ingest.Service.Tests", "Peers", "sparkplug-js", "peer.cjs"), modules, url, Edge, ending);

    private static async Task FollowAsync(LocalService service, ChildProcess edge)
    {
        await edge.LineAsync(line => line.Contains("\"sent\"", StringComparison.Ordinal), PeerProcess.Patience);
        // The second birth turned the aliases round; what came before it keeps the meaning of its time.
        await UntilAsync(service, "voltage", ["1.5", "3.5", "11.5", "13.5"]);
        await UntilAsync(service, "manhole-7:Level", ["2.5", "4.5", "5.5", "12.5", "14.5"]);
        await UntilAsync(service, "manhole-7:open", ["0", "1", "0"]);
        await UntilAsync(service, "manhole-7:state", ["正常", "满", "正常"]);
        Assert.Equal(
            ["""{"born":1}""", """{"asked":true,"type":"Boolean"}""", """{"born":2}"""], edge.Printed.Where(line => !line.Contains("sent", StringComparison.Ordinal)));

        Assert.True(await OnlineAsync(service));

        edge.EndInput();
        Assert.True(await edge.ExitAsync(PeerProcess.Patience) == 0, edge.Output);
        await UntilAsync(service, "voltage", ["1.5", "3.5", "11.5", "13.5", "missing"]);
        await UntilAsync(service, "manhole-7:Level", ["2.5", "4.5", "5.5", "12.5", "14.5", "missing"]);
        await UntilAsync(service, "manhole-7:state", ["正常", "满", "正常", "missing"]);
        Assert.False(await OnlineAsync(service));
    }

    private static async Task<bool> OnlineAsync(LocalService service) => (await service.Api.GetAsync("/api/v1/gateways")).GetProperty("gateways").EnumerateArray()
        .Single(gateway => gateway.GetProperty("id").GetString() == Edge).GetProperty("online").GetBoolean();

    private static async Task UntilAsync(LocalService service, string name, string[] expected)
    {
        string[] seen = [];
        try
        {
            await Wait.ForAsync<object>(name, async () =>
            {
                using var response = await service.Api.Http.GetAsync($"/api/v1/readings?datastream={Edge}/{Uri.EscapeDataString(name)}");
                if (!response.IsSuccessStatusCode)
                    return null;
                var readings = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("readings");
                seen = [.. readings.EnumerateArray().Select(Show)];
                return seen.SequenceEqual(expected) ? "yes" : null;
            });
        }
        catch (TimeoutException)
        {
            Assert.Equal(expected, seen);
            throw;
        }
    }

    private static string Show(JsonElement reading) =>
        reading.GetProperty("quality").GetString() == "missing" ? "missing"
        : reading.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()!
        : reading.GetProperty("value").GetDouble().ToString(CultureInfo.InvariantCulture);
}
