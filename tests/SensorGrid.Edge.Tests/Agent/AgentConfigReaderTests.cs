using SensorGrid.Edge.Agent;
using SensorGrid.Edge.Uplink;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Edge.Tests.Agent;

public sealed class AgentConfigReaderTests
{
    private const string Whole =
        """
        gateway: water-gw-1
        domain: water
        broker: mqtt://10.0.0.1:1884
        mqtt-version: 3.1.1
        outbox: { folder: /var/lib/outbox, most: 64MiB }
        uplink: { window: 4, pack-readings: 50 }
        flush-for: 3s
        sensors:
          - { type: lines, from: stdin }
          - { type: host, every: 30s, prefix: box/ }
        deadbands:
          - { name: stage, change: 0.01, at-least-every: 15min }
        """;

    [Fact]
    public void A_whole_file_is_read()
    {
        var messages = new SourceMessages();
        var config = AgentConfigReader.Read("gateway.yaml", Whole, messages);
        Assert.Empty(messages.ToList());
        Assert.NotNull(config);
        Assert.Equal(("water-gw-1", "water", new BrokerAddress("10.0.0.1", 1884), UplinkProtocol.Mqtt311), (config.Gateway, config.Domain, config.Broker, config.Protocol));
        Assert.Equal((64L << 20, 4, 50, TimeSpan.FromSeconds(3)), (config.OutboxMostBytes, config.Window, config.PackReadings, config.FlushFor));
        Assert.Equal([new LinesConfig("stdin"), new HostConfig(TimeSpan.FromSeconds(30), "box/")], config.Sensors);
        Assert.Equal(TimeSpan.FromMinutes(15), Assert.Single(config.Deadbands).AtLeastEvery);
    }

    [Theory]
    [InlineData("gateway: water-gw-1", "gateway: water gw", "1:10")]
    [InlineData("broker: mqtt://10.0.0.1:1884", "broker: 10.0.0.1", "3:9")]
    [InlineData("mqtt-version: 3.1.1", "mqtt-version: 4", "4:15")]
    [InlineData("most: 64MiB", "most: 64", "5:42")]
    [InlineData("window: 4", "window: 0", "6:19")]
    [InlineData("type: lines", "type: line", "9:13")]
    [InlineData("every: 30s", "every: 10ms", "10:26")]
    [InlineData("change: 0.01", "change: -1", "12:28")]
    [InlineData("flush-for: 3s", "flush: 3s", "7:1")]
    public void A_mistake_is_told_with_its_place(string right, string wrong, string place)
    {
        var messages = new SourceMessages();
        Assert.Null(AgentConfigReader.Read("gateway.yaml", Whole.Replace(right, wrong, StringComparison.Ordinal), messages));
        Assert.Contains(messages.ToList(), message => message.ToString().StartsWith($"gateway.yaml:{place}: ", StringComparison.Ordinal));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var messages = new SourceMessages();
        Assert.Null(AgentConfigReader.Read("gateway.yaml", "broker: x\nsensors:\n  - { type: lines }\n  - { type: host, from: stdin }\n", messages));
        Assert.True(messages.ToList().Count >= 5, string.Join("\n", messages.ToList()));
    }

    [Fact]
    public void Two_sensors_cannot_share_standard_input()
    {
        var messages = new SourceMessages();
        AgentConfigReader.Read("g", Whole.Replace("type: host, every: 30s, prefix: box/", "type: lines, from: stdin", StringComparison.Ordinal), messages);
        Assert.Contains(messages.ToList(), message => message.Text.Contains("stdin", StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_file_says_what_belongs_into_it()
    {
        var messages = new SourceMessages();
        Assert.Null(AgentConfigReader.Read("gateway.yaml", "", messages));
        Assert.Contains("gateway", Assert.Single(messages.ToList()).Text, StringComparison.Ordinal);
    }
}
