using System.Buffers;
using System.Buffers.Text;

namespace SensorGrid.Benches.Load;

/// <summary>One gateway's messages: its datastreams in turn, packed as the plan says.</summary>
internal sealed class GatewaySender(LoadPlan plan, int number)
{
    private readonly string topic = $"sensorgrid/v1/water/{LoadCatalogue.GatewayId(number)}/readings";
    private readonly ArrayBufferWriter<byte> payload = new(64 * 1024);
    private int datastream;
    private long sent;
    private long acknowledged;

    public GatewayConnection Connection { get; } = new(LoadCatalogue.GatewayId(number), plan.InFlight);

    public LatencyRecorder Latencies { get; } = new();

    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>Messages handed to the socket, or about to be.</summary>
    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Takes the acknowledgements that have come.</summary>
    public void Receive() => Interlocked.Add(ref acknowledged, Connection.Receive(Latencies));

    /// <summary>Sends what is due by a number of messages since the start, as far as the window allows.</summary>
    public void SendDue(double due)
    {
        while (Connection.HasRoom && sent + 1 <= due)
        {
            WritePack();
            Connection.Publish(topic, payload.WrittenSpan);
            Interlocked.Increment(ref sent);
        }
        if (Connection.HasOutput)
            Connection.Flush();
    }

    private void WritePack()
    {
        payload.ResetWrittenCount();
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (int i = 0; i < plan.Pack; i++)
        {
            payload.Write(i == 0 ? "[{\"bt\":"u8 : ",{"u8);
            if (i == 0)
            {
                Number(nowMs, 1000, new('D', 3));
                payload.Write(","u8);
            }
            payload.Write("\"n\":\"d"u8);
            Utf8Formatter.TryFormat(datastream, payload.GetSpan(16), out int length);
            payload.Advance(length);
            payload.Write("\",\"u\":\"m\",\"v\":"u8);
            Number(100 + 2 * (datastream * 7 % 100), 100, new('D', 2));
            payload.Write("}"u8);
            datastream = (datastream + 1) % plan.Datastreams;
        }
        payload.Write("]"u8);
    }

    // Whole numbers with a point between: writing a double takes as long as the rest of a message.
    private void Number(long digits, long unit, StandardFormat decimals)
    {
        var to = payload.GetSpan(48);
        Utf8Formatter.TryFormat(digits / unit, to, out int whole);
        to[whole++] = (byte)'.';
        Utf8Formatter.TryFormat(digits % unit, to[whole..], out int fraction, decimals);
        payload.Advance(whole + fraction);
    }
}
