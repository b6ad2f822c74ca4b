using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace SensorGrid.EndToEnd.Tests;

/// <summary>A gateway's link was down: live readings first, then its outbox, with the service killed while it is drained. Nightly: the rules wait a minute for the rest of a backlog.</summary>
public sealed class BacklogTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(90);

    [SkippableFact]
    public async Task What_happened_while_the_link_was_down_is_on_the_list_as_ended_and_pages_nobody()
    {
        Tools.NeedNightly();
        using var folder = new TempFolder();
        using var service = new RunningService(folder["data"], FaultCity.Write(folder, 1));
        await service.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        string gateway = FaultCity.GatewayId(0);
        await SendAsync(service, gateway, "readings", Pack(now.AddHours(-2), 1));
        await SendAsync(service, gateway, "readings", Pack(now, 1));
        // Over the limit of 10 from 90 to 60 minutes ago.
        await SendAsync(service, gateway, "backlog", Pack(now.AddMinutes(-100), 1), Pack(now.AddMinutes(-90), 12), Pack(now.AddMinutes(-75), 15));
        await service.CaughtUpAsync();
        service.KillHard();
        await service.StartAsync();
        var events = new ConcurrentQueue<JsonElement>();
        using var listener = await ConnectAsync(service, "dispatch");
        listener.ApplicationMessageReceivedAsync += message =>
        {
            events.Enqueue(JsonDocument.Parse(message.ApplicationMessage.Payload.ToArray()).RootElement);
            return Task.CompletedTask;
        };
        await listener.SubscribeAsync("sensorgrid/alarms/v1/+/events", MqttQualityOfServiceLevel.AtLeastOnce);
        // One of them once more: its acknowledgement was lost.
        await SendAsync(service, gateway, "backlog", Pack(now.AddMinutes(-75), 15), Pack(now.AddMinutes(-60), 1), Pack(now.AddMinutes(-50), 1));
        Assert.Empty((await service.GetAsync("/api/v1/alarms?state=all")).GetProperty("alarms").EnumerateArray());

        long began = TimeProvider.System.GetTimestamp();
        while (events.Count < 2)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Settled, $"{events.Count} events after {Settled}. The service printed:\n{service.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
        output.WriteLine($"told {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s after the last of the backlog");
        var alarm = Assert.Single((await service.GetAsync("/api/v1/alarms?state=open")).GetProperty("alarms").EnumerateArray().ToList());
        output.WriteLine(alarm.GetRawText());
        Assert.Equal((true, false, false), (alarm.GetProperty("retrospective").GetBoolean(), alarm.GetProperty("active").GetBoolean(), alarm.GetProperty("acknowledged").GetBoolean()));
        Assert.Equal(
            (now.AddMinutes(-90).ToUnixTimeSeconds(), now.AddMinutes(-60).ToUnixTimeSeconds()),
            (alarm.GetProperty("onsetAt").GetDateTimeOffset().ToUnixTimeSeconds(), alarm.GetProperty("clearedAt").GetDateTimeOffset().ToUnixTimeSeconds()));
        Assert.Equal(["raised", "cleared"], events.Select(told => told.GetProperty("transition").GetProperty("kind").GetString()));
        Assert.All(events, told => Assert.True(told.GetProperty("transition").GetProperty("retrospective").GetBoolean() && told.GetProperty("alarm").GetProperty("retrospective").GetBoolean()));
        var why = await service.GetAsync($"/api/v1/alarms/{alarm.GetProperty("id").GetString()}/explanation");
        Assert.True(why.GetProperty("same").GetBoolean(), why.GetRawText());
        await service.StopAsync();
    }

    private static string Pack(DateTimeOffset at, double value) =>
        string.Create(CultureInfo.InvariantCulture, $$"""[{"n":"level","u":"m","v":{{value}},"t":{{at.ToUnixTimeSeconds()}}}]""");

    private static async Task SendAsync(RunningService service, string gateway, string topic, params string[] packs)
    {
        using var client = await ConnectAsync(service, gateway);
        foreach (string pack in packs)
        {
            await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic($"sensorgrid/v1/water/{gateway}/{topic}").WithPayload(Encoding.UTF8.GetBytes(pack))
                .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
        }
        await client.DisconnectAsync();
    }

    private static async Task<IMqttClient> ConnectAsync(RunningService service, string id)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", service.Mqtt).WithClientId(id).WithProtocolVersion(MqttProtocolVersion.V500).Build());
        return client;
    }
}
