using System.Buffers;
using System.Text;
using SensorGrid.Readings.Wire;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire;

public class GatewayStatusTests
{
    [Fact]
    public void Reads_what_gateways_say()
    {
        byte[] payload = """{"online":true,"at":"2026-05-12T16:00:00.25+08:00","agent":"SensorGrid.Edge 1.0","extra":[{"a":1}]}"""u8.ToArray();
        Assert.Equal(PayloadReason.None, GatewayStatus.Read(payload, out var status));
        Assert.Equal(new GatewayStatus(true, Some.TicksAfter(0.25), "SensorGrid.Edge 1.0"), status);
        Assert.Equal(PayloadReason.None, GatewayStatus.Read("{\"online\":false}"u8, out status));
        Assert.Equal(new GatewayStatus(false, null, null), status);
    }

    [Fact]
    public void Reads_back_what_it_writes()
    {
        var status = new GatewayStatus(false, Some.Ticks + 1_234_567, "agent \"x\" \u4e2d\u6587");
        var output = new ArrayBufferWriter<byte>();
        status.WriteTo(output);
        Assert.Equal(PayloadReason.None, GatewayStatus.Read(output.WrittenSpan, out var read));
        Assert.Equal(status, read);
    }

    [Theory]
    [InlineData("", "json"), InlineData("{", "json"), InlineData("{\"online\":true", "json"), InlineData("{\"online\":true}}", "json")]
    [InlineData("{\"online\":true,}", "json"), InlineData("{\"online\":true,\"agent\":\"\\ud800\"}", "json"), InlineData("{\"online\":true,\"x\":[[[[1]]]]}", "json")]
    [InlineData("[]", "bad_status"), InlineData("1", "bad_status"), InlineData("{}", "bad_status"), InlineData("{\"at\":\"2026-05-12T08:00:00Z\"}", "bad_status")]
    [InlineData("{\"online\":1}", "bad_status"), InlineData("{\"online\":null}", "bad_status"), InlineData("{\"online\":true,\"at\":\"yesterday\"}", "bad_status")]
    [InlineData("{\"online\":true,\"at\":5}", "bad_status"), InlineData("{\"online\":true,\"agent\":{}}", "bad_status")]
    [InlineData("{\"online\":true,\"online\":false}", "duplicate_key"), InlineData("{\"online\":true,\"agent\":\"a\",\"agent\":\"b\"}", "duplicate_key")]
    public void Refuses_anything_else_with_a_reason(string payload, string reason)
    {
        Assert.Equal(reason, GatewayStatus.Read(Encoding.UTF8.GetBytes(payload), out var status).ToWord());
        Assert.Equal(default, status);
    }

    [Fact]
    public void Refuses_what_is_too_long()
    {
        Assert.Equal(PayloadReason.PayloadTooLarge, GatewayStatus.Read(new byte[GatewayStatus.MaxPayload + 1], out _));
        string Agent(int length) => $"{{\"online\":true,\"agent\":\"{new string('a', length)}\"}}";
        Assert.Equal(PayloadReason.None, GatewayStatus.Read(Encoding.UTF8.GetBytes(Agent(128)), out _));
        Assert.Equal(PayloadReason.BadStatus, GatewayStatus.Read(Encoding.UTF8.GetBytes(Agent(129)), out _));
    }

    [Fact]
    public void Cut_off_at_any_byte_it_is_refused()
    {
        byte[] payload = """{"online":true,"at":"2026-05-12T16:00:00Z","agent":"x"}"""u8.ToArray();
        for (int length = 0; length < payload.Length; length++)
            Assert.NotEqual(PayloadReason.None, GatewayStatus.Read(payload.AsSpan(0, length), out _));
    }
}
