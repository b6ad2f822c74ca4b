using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Protocol;
using SensorGrid.Edge.Outbox;
using SensorGrid.Edge.Uplink;

namespace SensorGrid.Edge.Tests.Uplink;

/// <summary>Against a real broker over a real socket, so these take real milliseconds; every wait ends with the thing waited for, and
/// a guard ends a test that hangs.</summary>
public sealed class MqttUplinkTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly TempFolder folder = new();
    private readonly EdgeReadings readings = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(UplinkProtocol.Mqtt5)]
    [InlineData(UplinkProtocol.Mqtt311)]
    public async Task Everything_kept_arrives_once_and_in_order(UplinkProtocol protocol)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var rig = Start(broker, protocol: protocol);
        await KeepAsync(rig.Outbox, 0, 1000);
        await rig.WhenAllAcknowledgedAsync();
        Assert.Equal(Enumerable.Range(0, 1000), Values(broker, "readings"));
        Assert.Equal(1000, rig.Uplink.Counters.ReadingsAcknowledged);
        Assert.Empty(broker.PayloadsOf("backlog"));
    }

    [Fact]
    public async Task Cut_connections_lose_nothing_and_resends_begin_with_the_first_unacknowledged()
    {
        await using var broker = await TestBroker.StartAsync();
        int messages = 0;
        broker.OnPublish = message => message.ApplicationMessage.Topic.EndsWith("readings", StringComparison.Ordinal) && ++messages % 5 == 0
            ? TestBroker.CutAsync(message)
            : Task.CompletedTask;
        await using var rig = Start(broker, mode: UplinkMode.Fifo, window: 4, pack: 10);
        await KeepAsync(rig.Outbox, 0, 600);
        await rig.WhenAllAcknowledgedAsync();
        var values = Values(broker, "readings").ToList();
        Assert.Equal(Enumerable.Range(0, 600), values.Distinct());
        // Whenever it goes back, it goes back to something sent before, and from there on in order again.
        int highest = -1;
        for (int i = 1; i < values.Count; i++)
        {
            highest = Math.Max(highest, values[i - 1]);
            Assert.True(values[i] == values[i - 1] + 1 || values[i] <= highest, $"{values[i]} follows {values[i - 1]}.");
        }
        Assert.True(rig.Uplink.Counters.Connections > 5);
    }

    [Fact]
    public async Task A_broker_that_goes_and_comes_back_gets_the_rest()
    {
        int port;
        await using (var first = await TestBroker.StartAsync())
        {
            port = first.Port;
            await using var early = Start(first);
            await KeepAsync(early.Outbox, 0, 50);
            await early.WhenAllAcknowledgedAsync();
        }
        // The same outbox folder, while nobody listens.
        await using var rig = Start(port);
        await KeepAsync(rig.Outbox, 50, 50);
        await using var second = await TestBroker.StartAsync(port);
        await rig.WhenAllAcknowledgedAsync();
        Assert.Equal(Enumerable.Range(50, 50), Values(second, "readings"));
    }

    [Fact]
    public async Task No_more_messages_are_on_their_way_than_the_window_allows()
    {
        await using var broker = await TestBroker.StartAsync();
        var hold = new TaskCompletionSource();
        broker.OnPublish = message => message.ApplicationMessage.Topic.EndsWith("readings", StringComparison.Ordinal) ? hold.Task : Task.CompletedTask;
        await using var rig = Start(broker, mode: UplinkMode.Fifo, window: 3, pack: 10);
        await KeepAsync(rig.Outbox, 0, 200);
        while (rig.Uplink.Counters.MessagesPublished < 3)
            await Task.Yield();
        Assert.Equal(0, rig.Uplink.Counters.MessagesAcknowledged);
        // It waits for room, not for time: nothing can go out before an acknowledgement came.
        Assert.Equal(3, rig.Uplink.Counters.MessagesPublished);
        hold.SetResult();
        await rig.WhenAllAcknowledgedAsync();
        Assert.Equal(Enumerable.Range(0, 200), Values(broker, "readings"));
    }

    [Fact]
    public async Task A_payload_the_centre_cannot_read_is_set_aside_and_the_rest_goes_on()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.OnPublish = message => Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray(message.ApplicationMessage.Payload)).Contains("\"v\":25}", StringComparison.Ordinal)
            ? TestBroker.RefuseAsync(message, MqttPubAckReasonCode.PayloadFormatInvalid)
            : Task.CompletedTask;
        await using var rig = Start(broker, mode: UplinkMode.Fifo, pack: 10);
        await KeepAsync(rig.Outbox, 0, 60);
        await rig.WhenAllAcknowledgedAsync();
        Assert.Equal(1, rig.Uplink.Counters.MessagesSetAside);
        Assert.Equal(60, rig.Uplink.Counters.ReadingsSetAside + rig.Uplink.Counters.ReadingsAcknowledged);
        using var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(Path.Combine(rig.Outbox.Folder, "dead-letters.jsonl"))));
        Assert.Contains(25, readings.Decode(line.RootElement.GetProperty("payload").GetBytesFromBase64()).Select(reading => (int)reading.Value));
    }

    [Fact]
    public async Task A_refusal_that_may_pass_is_sent_again()
    {
        await using var broker = await TestBroker.StartAsync();
        int refusals = 3;
        broker.OnPublish = message => message.ApplicationMessage.Topic.EndsWith("readings", StringComparison.Ordinal) && refusals-- > 0
            ? TestBroker.RefuseAsync(message, MqttPubAckReasonCode.QuotaExceeded)
            : Task.CompletedTask;
        await using var rig = Start(broker, mode: UplinkMode.Fifo);
        await KeepAsync(rig.Outbox, 0, 20);
        await rig.WhenAllAcknowledgedAsync();
        Assert.Equal(0, rig.Uplink.Counters.MessagesSetAside);
        Assert.Equal(20, rig.Uplink.Counters.ReadingsAcknowledged);
    }

    [Theory]
    [InlineData("readings")]
    [InlineData("status")]
    public async Task An_acknowledgement_that_never_comes_ends_the_connection_and_the_message_is_sent_again(string topicKind)
    {
        await using var broker = await TestBroker.StartAsync();
        var never = new TaskCompletionSource();
        int messages = 0;
        broker.OnPublish = message => message.ApplicationMessage.Topic.EndsWith(topicKind, StringComparison.Ordinal) && ++messages == 1 ? never.Task : Task.CompletedTask;
        await using var rig = Start(broker, mode: UplinkMode.Fifo, acknowledgementTimeout: TimeSpan.FromMilliseconds(300));
        await KeepAsync(rig.Outbox, 0, 5);
        await rig.WhenAllAcknowledgedAsync();
        never.SetResult();
        Assert.True(rig.Uplink.Counters.Connections >= 2);
        Assert.StartsWith(nameof(UplinkEnding.NotAcknowledged), rig.Uplink.LastEnding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_readings_go_out_beside_a_long_backlog()
    {
        int port;
        await using (var closed = await TestBroker.StartAsync())
            port = closed.Port;
        await using var rig = Start(port, window: 2, pack: 10);
        await KeepAsync(rig.Outbox, 0, 500);
        await using var broker = await TestBroker.StartAsync(port);
        int backlog = 0;
        broker.OnPublish = async message =>
        {
            if (!message.ApplicationMessage.Topic.EndsWith("/backlog", StringComparison.Ordinal) || ++backlog != 3)
                return;
            // Two are acknowledged, two more are all the backlog may have on its way: the fifth message is the live one.
            await KeepAsync(rig.Outbox, 2000, 1);
            while (rig.Uplink.Counters.MessagesPublished < 5)
                await Task.Yield();
        };
        while (backlog < 3)
            await Task.Yield();
        await rig.WhenAllAcknowledgedAsync();
        Assert.Equal(Enumerable.Range(0, 500), Values(broker, "backlog"));
        Assert.Equal([2000], Values(broker, "readings"));
        var topics = broker.Received.Select(message => message.Topic.Split('/')[^1]).ToList();
        Assert.True(topics.IndexOf("readings") < topics.LastIndexOf("backlog"), string.Join(" ", topics));
    }

    [Fact]
    public async Task A_pause_that_fits_one_window_is_no_backlog()
    {
        int port;
        await using (var closed = await TestBroker.StartAsync())
            port = closed.Port;
        await using var rig = Start(port);
        await KeepAsync(rig.Outbox, 0, 100);
        await using var broker = await TestBroker.StartAsync(port);
        await rig.WhenAllAcknowledgedAsync();
        Assert.Empty(broker.PayloadsOf("backlog"));
        Assert.Equal(Enumerable.Range(0, 100), Values(broker, "readings"));
    }

    [Fact]
    public async Task Status_says_online_and_offline_and_is_retained()
    {
        await using var broker = await TestBroker.StartAsync();
        await using (var rig = Start(broker))
        {
            await KeepAsync(rig.Outbox, 0, 1);
            await rig.WhenAllAcknowledgedAsync();
        }
        var statuses = broker.Received.Where(message => message.Topic == "sensorgrid/v1/water/gw/status").ToList();
        Assert.All(statuses, status => Assert.True(status.Retained));
        Assert.Equal([true, false], statuses.Select(status => JsonDocument.Parse(status.Payload).RootElement.GetProperty("online").GetBoolean()));
    }

    [Fact]
    public void Wrong_options_are_refused_with_every_reason()
    {
        var wrong = new UplinkOptions { Host = "", Gateway = "a/b", Domain = "", Window = 0 }.Validate();
        Assert.True(wrong.Count >= 4, string.Join(" ", wrong));
    }

    private IEnumerable<int> Values(TestBroker broker, string kind) =>
        broker.PayloadsOf(kind).SelectMany(payload => readings.Decode(payload)).Select(reading => (int)reading.Value);

    private async Task KeepAsync(EdgeOutbox outbox, int first, int count)
    {
        for (int at = first; at < first + count; at += 5)
            await outbox.AppendAsync(readings.Numbers(at, Math.Min(5, first + count - at)), readings.Table);
    }

    private Rig Start(
        TestBroker broker, UplinkMode mode = UplinkMode.LiveFirst, int window = 16, int pack = 100, UplinkProtocol protocol = UplinkProtocol.Mqtt5,
        TimeSpan? acknowledgementTimeout = null) => Start(broker.Port, mode, window, pack, protocol, acknowledgementTimeout);

    private Rig Start(
        int port, UplinkMode mode = UplinkMode.LiveFirst, int window = 16, int pack = 100, UplinkProtocol protocol = UplinkProtocol.Mqtt5,
        TimeSpan? acknowledgementTimeout = null)
    {
        var outbox = EdgeOutbox.Open(new() { Folder = folder.Combine("outbox"), SegmentBytes = 1 << 16 }, TimeProvider.System, NullLogger.Instance);
        var uplink = new MqttUplink(
            new()
            {
                Host = "127.0.0.1",
                Port = port,
                Gateway = "gw",
                Domain = "water",
                Mode = mode,
                Window = window,
                PackReadings = pack,
                Protocol = protocol,
                FirstPause = TimeSpan.FromMilliseconds(10),
                LongestPause = TimeSpan.FromMilliseconds(50),
                AcknowledgementTimeout = acknowledgementTimeout ?? TimeSpan.FromSeconds(30),
            },
            outbox, TimeProvider.System, NullLogger.Instance, new Random(7));
        return new(outbox, uplink);
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task running;

        public Rig(EdgeOutbox outbox, MqttUplink uplink)
        {
            Outbox = outbox;
            Uplink = uplink;
            running = uplink.RunAsync(stop.Token);
        }

        public EdgeOutbox Outbox { get; }

        public MqttUplink Uplink { get; }

        public Task WhenAllAcknowledgedAsync() => Outbox.WhenAcknowledgedAsync(Outbox.LastKept, CancellationToken.None).WaitAsync(Guard);

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running.WaitAsync(Guard);
            await Outbox.DisposeAsync();
            stop.Dispose();
        }
    }
}
