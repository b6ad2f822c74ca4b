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
        double now = (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / 1e7;
        for (int i = 0; i < plan.Pack; i++)
        {
            payload.Write(i == 0 ? "[{\"bt\":"u8 : ",{"u8);
            if (i == 0)
            {
                Number(now, 3);
                payload.Write(","u8);
            }
            payload.Write("\"n\":\"d"u8);
            Utf8Formatter.TryFormat(datastream, payload.GetSpan(16), out int length);
            payload.Advance(length);
            payload.Write("\",\"u\":\"m\",\"v\":"u8);
            Number(1 + (datastream * 7 % 100) / 50.0, 2);
            payload.Write("}"u8);
            datastream = (datastream + 1) % plan.Datastreams;
        }
        payload.Write("]"u8);
    }

    private void Number(double value, byte decimals)
    {
        Utf8Formatter.TryFormat(value, payload.GetSpan(32), out int length, new StandardFormat('F', decimals));
        payload.Advance(length);
    }
}
