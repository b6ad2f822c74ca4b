using System.Buffers;
using System.Text;
using SensorGrid.Ingest.Admission;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Admission;

public sealed class GatewayStatusTests
{
    private const string Full = """{"online":true,"at":"2026-07-01T16:00:00+08:00","agent":"edge 1.0","extra":{"a":[1,2]}}""";

    [Fact]
    public void Reads_a_status_at_every_split()
    {
        var expected = new GatewayStatus(true, new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.Zero), "edge 1.0");
        foreach (var payload in Sequences.EverySplit(Encoding.UTF8.GetBytes(Full)).Append(Sequences.ByteByByte(Encoding.UTF8.GetBytes(Full))))
        {
            Assert.True(GatewayStatus.TryRead(payload, out var status));
            Assert.Equal(expected, status);
        }
    }

    [Fact]
    public void A_status_cut_short_is_none()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Full);
        for (int length = 0; length < whole.Length; length++)
            Assert.False(GatewayStatus.TryRead(new ReadOnlySequence<byte>(whole, 0, length), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"online":"yes"}""")]
    [InlineData("""{"online":true,"online":false}""")]
    [InlineData("""{"online":true,"at":5}""")]
    [InlineData("""{"online":true,"at":"yesterday"}""")]
    [InlineData("""{"online":true,"agent":{}}""")]
    [InlineData("""{"online":true} x""")]
    [InlineData("""{"online":true,"x":[[[[[[[[[[1]]]]]]]]]]}""")]
    public void What_is_no_status_is_refused(string text) =>
        Assert.False(GatewayStatus.TryRead(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)), out _));

    [Fact]
    public void Text_of_the_agent_is_made_safe()
    {
        Assert.True(GatewayStatus.TryRead(new ReadOnlySequence<byte>("""{"online":false,"at":null,"agent":"a\r\n\u202e<b>"}"""u8.ToArray()), out var status));
        Assert.Equal("a\\u000D\\u000A\\u202E<b>", status!.Agent);
        Assert.False(GatewayStatus.TryRead(new ReadOnlySequence<byte>([.. """{"online":true,"agent":"x"""u8, 0xFF, .. "\"}"u8]), out _));
    }
}
