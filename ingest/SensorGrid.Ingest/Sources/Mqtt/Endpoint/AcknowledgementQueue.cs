using System.Diagnostics;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>What is done for a message once it is durable.</summary>
internal enum PendingKind : byte
{
    /// <summary>QoS 0: no answer. It may still go on to subscribers.</summary>
    Nothing = 1,

    /// <summary>PUBACK.</summary>
    PubAck,

    /// <summary>PUBREC.</summary>
    PubRec,

    /// <summary>PUBCOMP.</summary>
    PubComp,

    /// <summary>Close: MQTT 3.1.1 cannot be told no. In its turn, so that what was taken before it is acknowledged first and not sent again for ever.</summary>
    Close,
}

/// <summary>One answer that waits for the disk.</summary>
internal record struct PendingAcknowledgement
{
    /// <summary>What.</summary>
    public required PendingKind Kind { get; init; }

    /// <summary>Of the message.</summary>
    public ushort PacketId { get; init; }

    /// <summary>Of the answer.</summary>
    public MqttReasonCode Reason { get; init; }

    /// <summary>For a person, or null.</summary>
    public string? ReasonString { get; init; }

    /// <summary>Due when the log is durable up to here; 0 = waits for nothing.</summary>
    public long Sequence { get; init; }

    /// <summary>Due when this change of the session store is durable; 0 = waits for nothing.</summary>
    public long Change { get; init; }

    /// <summary>What goes on to subscribers then; null when nothing does.</summary>
    public MqttMessage? Forward { get; init; }
}

/// <summary>The answers of one connection, in the order its messages came (4.6). A ring that grows up to its capacity, which is our Receive
/// Maximum: at the bound the connection is not read. Not for two threads.</summary>
internal sealed class AcknowledgementQueue(int capacity)
{
    private const int FirstSize = 16;

    private PendingAcknowledgement[] ring = [];
    private int head;

    /// <summary>Answers that wait.</summary>
    public int Count { get; private set; }

    /// <summary>True at the bound.</summary>
    public bool IsFull => Count == capacity;

    /// <summary>The oldest.</summary>
    public ref readonly PendingAcknowledgement Oldest
    {
        get
        {
            Debug.Assert(Count > 0, "somebody looked first");
            return ref ring[head];
        }
    }

    /// <summary>Adds one at the end.</summary>
    public void Enqueue(in PendingAcknowledgement pending)
    {
        Debug.Assert(!IsFull, "the connection is not read at the bound");
        if (Count == ring.Length)
            Grow();
        ring[(head + Count) % ring.Length] = pending;
        Count++;
    }

    /// <summary>Takes the oldest.</summary>
    public PendingAcknowledgement Dequeue()
    {
        var oldest = Oldest;
        ring[head] = default;
        head = (head + 1) % ring.Length;
        Count--;
        return oldest;
    }

    private void Grow()
    {
        var larger = new PendingAcknowledgement[Math.Min(capacity, Math.Max(FirstSize, ring.Length * 2))];
        for (int i = 0; i < Count; i++)
            larger[i] = ring[(head + i) % ring.Length];
        ring = larger;
        head = 0;
    }
}
