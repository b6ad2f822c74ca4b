using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Tests.Peers;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests;

/// <summary>From a reading over a limit to a message on a subscriber's screen, with other people's programs at both ends.</summary>
public sealed class AlarmsOverMqttTests : IDisposable
{
    private static readonly string Hash = PasswordHash.Create("right"u8, PasswordHash.LeastIterations).ToString();
    private static readonly string[] WithAccount = ["--Mqtt:Accounts:0:Name", "dispatch", "--Mqtt:Accounts:0:PasswordHash", Hash];

    private readonly ServiceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public async Task A_reading_over_its_limit_reaches_mosquitto_sub_without_any_configuration()
    {
        await using var service = await LocalService.StartAsync(folder);
        using var events = Mosquitto(service, "sensorgrid/alarms/v1/water/events", "-C", "1");
        await UntilPeersAsync(service, 1);
        using var publisher = PeerProcess.Start(
            "mosquitto_pub", "-h", "127.0.0.1", "-p", Port(service), "-q", "1", "-i", "water-gw-1", "-t", "sensorgrid/v1/water/water-gw-1/readings",
            "-m", """[{"n":"stage","u":"m","v":5.5}]""");
        Assert.Equal(0, await publisher.ExitAsync(PeerProcess.Patience));

        Assert.Equal(0, await events.ExitAsync(PeerProcess.Patience));
        var told = JsonDocument.Parse(events.Output).RootElement;
        Assert.Equal((1, 0, "raised"), (told.GetProperty("position").GetInt64(), told.GetProperty("previous").GetInt64(), told.GetProperty("transition").GetProperty("kind").GetString()));
        // Who comes late sees what is open, as the API shows it.
        using var late = Mosquitto(service, "sensorgrid/alarms/v1/+/open/+", "-C", "1");
        Assert.Equal(0, await late.ExitAsync(PeerProcess.Patience));
        var open = JsonDocument.Parse(late.Output).RootElement.GetProperty("alarm");
        var alarm = await service.Api.OpenAlarmAsync();
        Assert.Equal(alarm.GetRawText(), open.GetRawText());
        Assert.Equal("河道水位超限", open.GetProperty("title").GetProperty("zh").GetString());
    }

    [SkippableFact]
    public async Task A_gateway_with_a_password_publishes_and_one_without_or_with_another_s_does_not()
    {
        string file = Path.Combine(folder.Path, "passwords.txt");
        await File.WriteAllTextAsync(file, $"water-gw-1:{Hash}\nwater-gw-2:{PasswordHash.Create("another"u8, PasswordHash.LeastIterations)}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var service = await LocalService.StartAsync(folder, more: ["--Mqtt:Access:GatewayPasswordFile", file]);

        Assert.NotEqual(0, await PublishAsync());
        Assert.NotEqual(0, await PublishAsync("-u", "water-gw-1", "-P", "another"));
        Assert.NotEqual(0, await PublishAsync("-u", "water-gw-2", "-P", "another"));
        Assert.Equal(0, await PublishAsync("-u", "water-gw-1", "-P", "right"));
        Assert.Equal("water-gw-1", (await service.Api.OpenAlarmAsync()).GetProperty("datastream").GetString()!.Split('/')[0]);

        async Task<int> PublishAsync(params string[] credentials)
        {
            using var publisher = PeerProcess.Start(
                "mosquitto_pub", ["-h", "127.0.0.1", "-p", Port(service), "-q", "1", "-i", "water-gw-1", "-t", "sensorgrid/v1/water/water-gw-1/readings",
                "-m", """[{"n":"stage","u":"m","v":5.5}]""", .. credentials]);
            return await publisher.ExitAsync(PeerProcess.Patience);
        }
    }

    [SkippableTheory]
    [InlineData(4, 1, false)]
    [InlineData(4, 2, true)]
    [InlineData(5, 1, true)]
    [InlineData(5, 2, false)]
    public async Task MQTT_js_publishes_readings_and_gets_alarms(int version, int qos, bool webSocket)
    {
        string modules = RepositoryRoot.Combine("artifacts", "peers", "mqtt-js");
        Skip.IfNot(Directory.Exists(Path.Combine(modules, "node_modules", "mqtt")), "MQTT.js is not installed: tests/run.sh installs it into artifacts/peers/mqtt-js.");
        string script = RepositoryRoot.Combine("tests", "SensorGrid.Ingest.Service.Tests", "Peers", "mqtt-js", "peer.cjs");
        await using var service = await LocalService.StartAsync(folder, more: WithAccount);
        string url = webSocket ? $"ws://{service.Api.Http.BaseAddress!.Authority}/mqtt" : service.Mqtt;
        string v = version.ToString(CultureInfo.InvariantCulture);
        using var subscriber = PeerProcess.Start("node", script, modules, "subscribe", url, v, "desk 1", "sensorgrid/alarms/#", "3", "dispatch", "right");
        await Wait.ForAsync<object>("the subscription", () => Task.FromResult<object?>(subscriber.Output.Contains("subscribed", StringComparison.Ordinal) || subscriber.HasExited ? this : null));
        Assert.False(subscriber.HasExited, subscriber.Output);
        using var gateway = PeerProcess.Start(
            "node", script, modules, "publish", url, v, "water-gw-1", qos.ToString(CultureInfo.InvariantCulture), "sensorgrid/v1/water/water-gw-1/readings",
            """[{"n":"stage","u":"m","v":5.5}]""");

        Assert.True(await gateway.ExitAsync(PeerProcess.Patience) == 0, gateway.Output);
        Assert.True(await subscriber.ExitAsync(PeerProcess.Patience) == 0, subscriber.Output);

        JsonElement[] lines = [.. subscriber.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal([1], lines[0].GetProperty("subscribed").EnumerateArray().Select(item => item.GetInt32()));
        Assert.Equal(["events", "open", "position"], lines[1..].Select(line => line.GetProperty("topic").GetString()!.Split('/')[4]));
        Assert.All(lines[1..], line => Assert.Equal((1, false), (line.GetProperty("qos").GetInt32(), line.GetProperty("retain").GetBoolean())));
        if (version == 5)
            Assert.Equal(("application/json", "1"), (lines[1].GetProperty("contentType").GetString(), lines[1].GetProperty("user").GetString()));
        using var stranger = PeerProcess.Start("node", script, modules, "subscribe", url, v, "desk 1", "sensorgrid/alarms/#", "1", "dispatch", "wrong");
        Assert.Equal(1, await stranger.ExitAsync(PeerProcess.Patience));
    }

    [Fact]
    public async Task Killed_at_any_time_it_loses_no_transition_for_a_subscriber_that_is_away_and_invents_none()
    {
        const int Seed = 20260731;
        var random = new Random(Seed);
        folder.Ports = (FreePort.Take(), FreePort.Take());
        double start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0 - 7200;
        int sent = 0;
        await using (var service = await ServiceProcess.StartAsync(folder, WithAccount))
        {
            // Subscribes, and goes: what it is told from now on waits for it.
            await using var away = await SubscriberAsync(service.Mqtt);
            await away.Client.SubscribeAsync("sensorgrid/alarms/v1/water/events", MqttQualityOfServiceLevel.AtLeastOnce);
            await away.Client.DisconnectAsync();
            await SendAndKillAsync(service);
        }
        for (int round = 0; round < 3; round++)
        {
            await using var service = await ServiceProcess.StartAsync(folder, WithAccount);
            await SendAndKillAsync(service);
        }

        await using var last = await ServiceProcess.StartAsync(folder, WithAccount);
        using var api = new ApiClient(last.Http);
        await Wait.ForAsync<object>("all published", async () =>
            (await api.GetAsync("/api/v1/status")).GetProperty("alarmPublication").GetProperty("lag").GetInt64() == 0 ? this : null);
        var expected = (await api.GetAsync("/api/v1/alarms/events?after=0&limit=10000")).GetProperty("events").EnumerateArray()
            .Select(happened => $"{happened.GetProperty("position")} {happened.GetProperty("transition").GetRawText()}").ToList();
        Assert.True(expected.Count > 20, $"seed {Seed}: only {expected.Count} transitions");
        await using var back = await SubscriberAsync(last.Mqtt);
        Assert.True(back.SessionPresent, $"seed {Seed}");

        await Wait.ForAsync<object>("the last transition", () => Task.FromResult<object?>(back.Positions.Contains(expected.Count) ? this : null));

        // Repeats have their old positions and the same content; in between nothing is missing.
        Assert.Equal(expected, back.Events.DistinctBy(happened => happened.Position).OrderBy(happened => happened.Position).Select(happened => $"{happened.Position} {happened.Transition}"));
        Assert.All(back.Events, happened => Assert.Equal(happened.Position - 1, happened.Previous));
        Assert.All(back.Events.GroupBy(happened => happened.Position), repeats => Assert.Single(repeats.Select(happened => happened.Transition).Distinct()));

        async Task SendAndKillAsync(ServiceProcess service)
        {
            await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
            for (int i = 0; i < 20; i++, sent++)
                await gateway.SendStageAsync(2 + sent % 4, DateTimeOffset.UnixEpoch.AddSeconds(start + sent * 60));
            // Somewhere between commit, publication and checkpoint.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 30)), TimeProvider.System);
            service.Kill();
        }
    }

    [SkippableFact]
    public async Task Alarms_go_to_an_external_broker_and_wait_while_it_is_down()
    {
        using var broker = new Ingest.Tests.Peers.Mosquitto();
        await broker.StartAsync();
        string url = $"mqtt://127.0.0.1:{broker.Port}";
        await using var service = await LocalService.StartAsync(
            folder, null, "--Mqtt:Mode", "External", "--Mqtt:Broker", url, "--Mqtt:ReconnectFirst", "50ms", "--Mqtt:ReconnectLongest", "200ms", "--Mqtt:Alarms:RetryLongest", "200ms");
        await service.UntilAsync("the broker", status => status.GetProperty("sources")[0].GetProperty("connected").GetBoolean());
        await using (var gateway = await TestGateway.ConnectAsync(url))
            await gateway.SendStageAsync(5.5, TimeProvider.System.GetUtcNow());
        await service.UntilAsync("the alarm", status => Publication(status) == (1, 0));

        await broker.StopAsync();
        string id = (await service.Api.OpenAlarmAsync()).GetProperty("id").GetString()!;
        await service.Api.AcknowledgeAsync(id);
        await service.UntilAsync("the lag", status => Publication(status) == (1, 1) && status.GetProperty("alarmPublication").GetProperty("problem").ValueKind == JsonValueKind.String);
        Assert.Equal("degraded", (await service.Api.GetAsync("/healthz/ready")).GetProperty("status").GetString());
        await broker.StartAsync();
        await service.UntilAsync("the rest", status => Publication(status) == (2, 0));

        using var late = PeerProcess.Start(
            "mosquitto_sub", "-h", "127.0.0.1", "-p", broker.Port.ToString(CultureInfo.InvariantCulture), "-t", "sensorgrid/alarms/v1/+/open/+", "-C", "1");
        Assert.Equal(0, await late.ExitAsync(PeerProcess.Patience));
        var open = JsonDocument.Parse(late.Output).RootElement;
        Assert.Equal((2, true), (open.GetProperty("position").GetInt64(), open.GetProperty("alarm").GetProperty("acknowledged").GetBoolean()));
    }

    private static (long Position, long Lag) Publication(JsonElement status) =>
        (status.GetProperty("alarmPublication").GetProperty("position").GetInt64(), status.GetProperty("alarmPublication").GetProperty("lag").GetInt64());

    private static ChildProcess Mosquitto(LocalService service, string topic, params string[] more) =>
        PeerProcess.Start("mosquitto_sub", ["-h", "127.0.0.1", "-p", Port(service), "-q", "1", "-t", topic, .. more]);

    private static string Port(LocalService service) => new Uri(service.Mqtt).Port.ToString(CultureInfo.InvariantCulture);

    private static async Task UntilPeersAsync(LocalService service, int peers) =>
        await service.UntilAsync("the subscriber", status => status.GetProperty("sources")[0].GetProperty("peers").GetInt32() >= peers);

    private static async Task<Subscriber> SubscriberAsync(string mqtt)
    {
        var subscriber = new Subscriber();
        var uri = new Uri(mqtt);
        var connected = await subscriber.Client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer(uri.DnsSafeHost, uri.Port).WithClientId("desk").WithCleanStart(false)
            .WithSessionExpiryInterval(3600).WithCredentials("dispatch", "right").WithProtocolVersion(MqttProtocolVersion.V500).WithTimeout(Wait.Patience).Build());
        Assert.Equal(MqttClientConnectResultCode.Success, connected.ResultCode);
        subscriber.SessionPresent = connected.IsSessionPresent;
        return subscriber;
    }

    private sealed class Subscriber : IAsyncDisposable
    {
        private readonly List<(long Position, long Previous, string Transition)> events = [];

        public Subscriber() => Client.ApplicationMessageReceivedAsync += e =>
        {
            var json = JsonDocument.Parse(Encoding.UTF8.GetString(e.ApplicationMessage.Payload.ToArray())).RootElement;
            lock (events)
                events.Add((json.GetProperty("position").GetInt64(), json.GetProperty("previous").GetInt64(), json.GetProperty("transition").GetRawText()));
            return Task.CompletedTask;
        };

        public IMqttClient Client { get; } = new MqttClientFactory().CreateMqttClient();

        public bool SessionPresent { get; set; }

        public List<(long Position, long Previous, string Transition)> Events { get { lock (events) return [.. events]; } }

        public IEnumerable<long> Positions => Events.Select(happened => happened.Position);

        public async ValueTask DisposeAsync()
        {
            if (Client.IsConnected)
                await Client.DisconnectAsync();
            Client.Dispose();
        }
    }
}
