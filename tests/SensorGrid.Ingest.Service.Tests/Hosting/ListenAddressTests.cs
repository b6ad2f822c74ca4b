using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

public class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8080", true)]
    [InlineData("[::1]:8080", "[::1]:8080", true)]
    [InlineData("localhost:0", "127.0.0.1:0", true)]
    [InlineData("0.0.0.0:1883", "0.0.0.0:1883", false)]
    [InlineData("*:1883", "*:1883", false)]
    [InlineData("[fd00::5]:65535", "[fd00::5]:65535", false)]
    public void Reads_addresses_of_both_families(string text, string shown, bool loopback)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(shown, address.ToString());
        Assert.Equal(loopback, address.IsLoopback);
    }

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData(":8080")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1: 80")]
    [InlineData("127.1:80")]
    [InlineData("::1:8080")]
    [InlineData("[::1]8080")]
    [InlineData("example.org:80")]
    public void Refuses_what_is_no_address_or_could_mean_two_things(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    [Theory]
    [InlineData("0.0.0.0:0", "http://127.0.0.1:4711")]
    [InlineData("*:0", "http://127.0.0.1:4711")]
    [InlineData("[::1]:0", "http://[::1]:4711")]
    public void Prints_an_address_that_a_client_here_can_use(string text, string uri)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(uri, address.ToUri("http", 4711));
    }
}
