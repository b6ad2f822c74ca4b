using SensorGrid.Ingest.Admission;

namespace SensorGrid.Ingest.Tests.Admission;

public sealed class GatewayAccessTests
{
    [Theory]
    [InlineData("water-gw-1", "water-gw-1")]
    [InlineData("water-gw-1:main", "water-gw-1")]
    [InlineData("water-gw-1:a:b", "water-gw-1")]
    [InlineData("water-gw-1:", "water-gw-1")]
    [InlineData("7", "7")]
    public void A_client_id_names_its_gateway(string clientId, string gateway)
    {
        Assert.True(GatewayAccess.TryGetGateway(clientId, out string named));
        Assert.Equal(gateway, named);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":main")]
    [InlineData("-gw")]
    [InlineData("gw 1")]
    [InlineData("gw/1")]
    [InlineData("gw+")]
    [InlineData("#")]
    [InlineData("gw\u0000")]
    [InlineData("gw:a\u0000")]
    [InlineData("gw:a\r\nERROR fake")]
    [InlineData("gw:\u6c34")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void Other_client_ids_name_none(string? clientId) => Assert.False(GatewayAccess.TryGetGateway(clientId, out _));

    [Fact]
    public void A_client_id_has_at_most_128_bytes()
    {
        Assert.True(GatewayAccess.TryGetGateway("gw:" + new string('a', 125), out _));
        Assert.False(GatewayAccess.TryGetGateway("gw:" + new string('a', 126), out _));
    }

    [Theory]
    [InlineData("sensorgrid/v1/water/gw/readings", NotAllowedReason.None)]
    [InlineData("sensorgrid/v1/water/gw/backlog", NotAllowedReason.None)]
    [InlineData("sensorgrid/v1/water/gw/status", NotAllowedReason.None)]
    [InlineData("sensorgrid/v1/water/gw/replies", NotAllowedReason.None)]
    [InlineData("sensorgrid/v1/water/gw/commands", NotAllowedReason.CommandsAreCentral)]
    [InlineData("sensorgrid/v1/water/other/readings", NotAllowedReason.OtherGateway)]
    [InlineData("sensorgrid/v1/water/gw/readings/more", NotAllowedReason.TopicUnknown)]
    [InlineData("sensorgrid/v2/water/gw/readings", NotAllowedReason.TopicUnknown)]
    [InlineData("sensorgrid/v1/water/gw", NotAllowedReason.TopicUnknown)]
    [InlineData("temperature", NotAllowedReason.TopicUnknown)]
    [InlineData("a/b/c/d/e/f/g/h", NotAllowedReason.TopicUnknown)]
    [InlineData("a/b/c/d/e/f/g/h/i", NotAllowedReason.TopicInvalid)]
    [InlineData("sensorgrid/v1/water/+/readings", NotAllowedReason.TopicInvalid)]
    [InlineData("sensorgrid/v1/water/gw/#", NotAllowedReason.TopicInvalid)]
    [InlineData("sensorgrid/v1/water/gw\u0000/readings", NotAllowedReason.TopicInvalid)]
    [InlineData("$SYS/broker", NotAllowedReason.TopicInvalid)]
    [InlineData("", NotAllowedReason.TopicInvalid)]
    public void A_gateway_publishes_below_its_own_id(string topic, NotAllowedReason expected) =>
        Assert.Equal(expected, GatewayAccess.CheckPublish("gw", topic, fromCentre: false));

    [Fact]
    public void A_topic_has_at_most_256_bytes()
    {
        Assert.Equal(NotAllowedReason.TopicUnknown, GatewayAccess.CheckPublish("gw", new string('a', 256), fromCentre: false));
        Assert.Equal(NotAllowedReason.TopicInvalid, GatewayAccess.CheckPublish("gw", new string('a', 257), fromCentre: false));
        Assert.Equal(NotAllowedReason.TopicInvalid, GatewayAccess.CheckPublish("gw", new string('水', 86), fromCentre: false));
    }

    [Fact]
    public void Without_a_bound_gateway_any_gateway_may_be_meant_and_only_we_send_commands()
    {
        Assert.Equal(NotAllowedReason.None, GatewayAccess.CheckPublish(null, "sensorgrid/v1/water/any/readings", fromCentre: false));
        Assert.Equal(NotAllowedReason.None, GatewayAccess.CheckPublish(null, "sensorgrid/v1/water/any/commands", fromCentre: true));
        Assert.Equal(NotAllowedReason.CommandsAreCentral, GatewayAccess.CheckPublish(null, "sensorgrid/v1/water/any/readings", fromCentre: true));
    }

    [Theory]
    [InlineData("sensorgrid/v1/water/gw/commands", NotAllowedReason.None)]
    [InlineData("sensorgrid/v1/water/gw2/commands", NotAllowedReason.FilterNotOwn)]
    [InlineData("sensorgrid/v1/water/gw/replies", NotAllowedReason.FilterNotOwn)]
    [InlineData("sensorgrid/v1/+/gw/commands", NotAllowedReason.FilterNotOwn)]
    [InlineData("sensorgrid/v1/water/gw/commands/#", NotAllowedReason.FilterNotOwn)]
    [InlineData("$share/g/sensorgrid/v1/water/gw/commands", NotAllowedReason.FilterNotOwn)]
    [InlineData("$SYS/#", NotAllowedReason.FilterNotOwn)]
    [InlineData("#", NotAllowedReason.FilterNotOwn)]
    [InlineData("a+", NotAllowedReason.FilterNotOwn)]
    [InlineData(null, NotAllowedReason.FilterNotOwn)]
    public void A_gateway_subscribes_to_its_own_commands(string? filter, NotAllowedReason expected) =>
        Assert.Equal(expected, GatewayAccess.CheckSubscribe("gw", filter));

    [Theory]
    [InlineData(null, false, true)]
    [InlineData("user", true, true)]
    [InlineData("user", false, true)]
    [InlineData(null, true, false)]
    [InlineData("a\nb", true, false)]
    public void A_password_needs_a_user_and_a_user_has_no_control_signs(string? user, bool password, bool expected) =>
        Assert.Equal(expected, GatewayAccess.CredentialsAreWellFormed(user, password));

    [Fact]
    public void Every_reason_has_a_word_of_its_own()
    {
        var words = Enum.GetValues<NotAllowedReason>().Select(reason => reason.ToWord()).ToList();
        Assert.Equal(words.Count, words.Distinct().Count());
    }
}
