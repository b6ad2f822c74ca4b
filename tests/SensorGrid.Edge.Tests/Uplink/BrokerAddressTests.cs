using SensorGrid.Edge.Uplink;

namespace SensorGrid.Edge.Tests.Uplink;

public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("mqtt://127.0.0.1:1884", "127.0.0.1", 1884)]
    [InlineData("mqtt://broker.example", "broker.example", 1883)]
    [InlineData("mqtt://[::1]:2000", "::1", 2000)]
    public void Reads_an_address(string text, string host, int port)
    {
        Assert.True(BrokerAddress.TryParse(text, out var address));
        Assert.Equal(new BrokerAddress(host, port), address);
        Assert.True(BrokerAddress.TryParse(address.ToString(), out var again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("127.0.0.1:1883")]
    [InlineData("http://127.0.0.1:1883")]
    [InlineData("mqtt://user:secret@host")]
    [InlineData("mqtt://host/topic")]
    [InlineData("mqtt://")]
    public void Refuses_what_is_none(string? text) => Assert.False(BrokerAddress.TryParse(text, out _));
}
