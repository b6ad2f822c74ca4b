using System.Text;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>The few topics a connection publishes to, as strings: checked and decoded once, so that a message of a known topic costs a
/// comparison and no string. Bounded; the oldest entry makes room. One connection, one thread.</summary>
internal sealed class MqttTopicCache
{
    private const int Entries = 8;

    // Longer topics are not telemetry's; they are decoded each time instead of being held for every connection.
    private const int LongestKept = 256;

    private readonly (byte[] Bytes, string Topic)[] kept = new (byte[], string)[Entries];
    private int count;
    private int next;
    private int last;

    /// <summary>The topic that the bytes spell.</summary>
    /// <returns>What is wrong with it.</returns>
    public MqttViolation Find(ReadOnlySpan<byte> bytes, out string topic)
    {
        if (count > 0 && bytes.SequenceEqual(kept[last].Bytes))
        {
            topic = kept[last].Topic;
            return MqttViolation.None;
        }
        for (int i = 0; i < count; i++)
        {
            if (bytes.SequenceEqual(kept[i].Bytes))
            {
                last = i;
                topic = kept[i].Topic;
                return MqttViolation.None;
            }
        }
        topic = "";
        var violation = MqttTopicName.Check(bytes);
        if (violation != MqttViolation.None)
            return violation;
        topic = Encoding.UTF8.GetString(bytes);
        if (bytes.Length <= LongestKept)
            Keep(bytes.ToArray(), topic);
        return MqttViolation.None;
    }

    private void Keep(byte[] bytes, string topic)
    {
        last = next;
        kept[next] = (bytes, topic);
        next = (next + 1) % Entries;
        count = Math.Min(count + 1, Entries);
    }
}
