using System.Text;
using SensorGrid.Readings.Wire;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire;

public class TelemetryTopicTests
{
    [Theory]
    [InlineData("sensorgrid/v1/water/water-gw-1/readings", "water", "water-gw-1", TelemetryTopicKind.Readings)]
    [InlineData("sensorgrid/v1/fire/a/backlog", "fire", "a", TelemetryTopicKind.Backlog)]
    [InlineData("sensorgrid/v1/forest/GW_7.b/status", "forest", "GW_7.b", TelemetryTopicKind.Status)]
    [InlineData("sensorgrid/v1/heritage/0/commands", "heritage", "0", TelemetryTopicKind.Commands)]
    [InlineData("sensorgrid/v1/drainage/x/replies", "drainage", "x", TelemetryTopicKind.Replies)]
    [InlineData("sensorgrid/v1/drainage/x/sparkplug", "drainage", "x", TelemetryTopicKind.Sparkplug)]
    public void Takes_a_topic_apart_and_puts_it_together(string text, string domain, string gateway, TelemetryTopicKind kind)
    {
        Assert.True(TelemetryTopic.TryParse(text, out var topic));
        Assert.Equal((text, domain, gateway, kind), (topic.Text, topic.Domain.ToString(), topic.Gateway.ToString(), topic.Kind));
        Assert.Equal(text, TelemetryTopic.Format(domain, gateway, kind));
        var room = new byte[TelemetryTopic.MaxLength];
        Assert.True(TelemetryTopic.TryFormat(domain, gateway, kind, room, out int written));
        Assert.Equal(text, Encoding.ASCII.GetString(room, 0, written));
        Assert.False(TelemetryTopic.TryFormat(domain, gateway, kind, room.AsSpan(0, written - 1), out _));
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("sensorgrid/v1/"), InlineData("sensorgrid/v1/water/gw"), InlineData("sensorgrid/v1/water/gw/"), InlineData("sensorgrid/v1//gw/readings")]
    [InlineData("sensorgrid/v1/water//readings"), InlineData("sensorgrid/v1/water/gw/readings/"), InlineData("sensorgrid/v1/water/gw/readings/x"), InlineData("/sensorgrid/v1/water/gw/readings")]
    [InlineData("sensorgrid/v2/water/gw/readings"), InlineData("SensorGrid/v1/water/gw/readings"), InlineData("sensorgrid/v1/water/gw/Readings"), InlineData("sensorgrid/v1/water/+/readings")]
    [InlineData("sensorgrid/v1/water/#"), InlineData("sensorgrid/v1/water/g w/readings"), InlineData("sensorgrid/v1/water/-gw/readings"), InlineData("sensorgrid/v1/..//readings")]
    [InlineData("sensorgrid/v1/../../readings"), InlineData("sensorgrid/v1/water/gw\u0000/readings"), InlineData("sensorgrid/v1/water/gw\n/readings"), InlineData("sensorgrid/v1/\u6c34/gw/readings")]
    [InlineData("$SYS/broker"), InlineData("sensorgrid/v1/water/gw/reading")]
    public void Anything_else_is_not_a_telemetry_topic(string? text)
    {
        Assert.False(TelemetryTopic.TryParse(text, out var topic));
        Assert.Equal(TelemetryTopicKind.None, topic.Kind);
        Assert.Equal("", topic.Gateway.ToString());
        Assert.Equal("", topic.Domain.ToString());
    }

    [Fact]
    public void Ids_have_at_most_64_characters()
    {
        string longest = new('g', 64);
        Assert.True(TelemetryTopic.TryParse($"sensorgrid/v1/{longest}/{longest}/readings", out var topic));
        Assert.Equal(longest, topic.Gateway);
        Assert.True(TelemetryTopic.TryParse($"sensorgrid/v1/{longest}/{longest}/commands", out _));
        Assert.False(TelemetryTopic.TryParse($"sensorgrid/v1/water/{longest}g/readings", out _));
    }

    [Theory, InlineData("a/b", "gw"), InlineData("water", "+"), InlineData("", "gw"), InlineData("water", "")]
    public void Writes_no_topic_it_could_not_read(string domain, string gateway)
    {
        Assert.Throws<ArgumentException>(() => TelemetryTopic.Format(domain, gateway, TelemetryTopicKind.Readings));
        Assert.False(TelemetryTopic.TryFormat(domain, gateway, TelemetryTopicKind.Readings, new byte[500], out _));
    }

    [Fact]
    public void Parsing_allocates_nothing()
    {
        const string Text = "sensorgrid/v1/water/water-gw-1/readings";
        int parsed = TelemetryTopic.TryParse(Text, out _) ? 1 : 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            parsed += TelemetryTopic.TryParse(Text, out _) ? 1 : 0;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1001, parsed);
    }

    [Fact]
    public void Topics_are_equal_by_their_text()
    {
        Assert.True(Some.Topic("a") == Some.Topic("a") && Some.Topic("a").GetHashCode() == Some.Topic("a").GetHashCode());
        Assert.True(Some.Topic("a") != Some.Topic("b"));
        Assert.Equal(default, default(TelemetryTopic));
    }
}
