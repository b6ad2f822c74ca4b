using System.Text;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Simulators.FieldTools;

/// <summary>What births of Sparkplug edge nodes said of their metrics, for people who read payloads: names and datatypes by alias. Follows no session: neither seq nor
/// bdSeq is looked at, so payloads may be read in any order and left out, and a birth holds until the next one.</summary>
internal sealed class SparkplugAliases
{
    // A capture of a whole system; further edge nodes are read without their births.
    private const int MaxNodes = 10_000;

    private readonly Dictionary<(string Group, string Edge), Dictionary<string, Birth>> nodes = [];

    /// <summary>Keeps what a message defines, if it is a birth.</summary>
    public void Take(in SparkplugTopic topic, SparkplugReader reader, ReadOnlySpan<byte> payload)
    {
        if (topic.Type is not (SparkplugMessageType.NodeBirth or SparkplugMessageType.DeviceBirth))
            return;
        var key = (topic.Group.ToString(), topic.Edge.ToString());
        if (!nodes.TryGetValue(key, out var births))
        {
            if (nodes.Count == MaxNodes)
                return;
            nodes.Add(key, births = []);
        }
        // A birth of the edge node is the end of everything before it.
        if (topic.Type == SparkplugMessageType.NodeBirth)
            births.Clear();
        births.Remove(topic.Device.ToString());
        int others = births.Sum(other => other.Value.Names.Count);
        var birth = births[topic.Device.ToString()] = new(Encoding.UTF8.GetBytes(topic.Device.ToString()));
        foreach (ref readonly var metric in reader.Metrics)
        {
            if (!metric.HasName || others + birth.Names.Count == SparkplugLimits.Metrics)
                continue;
            var definition = new Definition(reader.NameOf(payload, metric).ToArray(), metric.Datatype);
            birth.Names[definition.Name] = definition;
            // Given twice, the last one holds.
            if (metric.HasAlias)
                birth.Aliases[metric.Alias] = definition;
        }
    }

    /// <summary>The metric that one of a message means; null when no birth says it.</summary>
    public Definition? Find(in SparkplugTopic topic, in SparkplugMetric metric, ReadOnlySpan<byte> name)
    {
        if (!nodes.TryGetValue((topic.Group.ToString(), topic.Edge.ToString()), out var births) || !births.TryGetValue(topic.Device.ToString(), out var birth))
            return null;
        return metric.HasName
            ? birth.Names.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var named) ? named : null
            : birth.Aliases.GetValueOrDefault(metric.Alias);
    }

    /// <summary>What a death silences: of a device what it has, of an edge node everything. Device ids in UTF-8, empty for what is the edge node's own.</summary>
    public IEnumerable<(byte[] Device, Definition Definition)> SilencedBy(SparkplugTopic topic)
    {
        if (!nodes.TryGetValue((topic.Group.ToString(), topic.Edge.ToString()), out var births))
            return [];
        string device = topic.Device.ToString();
        return births.Where(birth => topic.Type == SparkplugMessageType.NodeDeath || birth.Key == device)
            .SelectMany(birth => birth.Value.Names.Values, (birth, definition) => (birth.Value.Device, definition));
    }

    /// <summary>A metric of a birth.</summary>
    /// <param name="Name">UTF-8.</param>
    /// <param name="Datatype">Its datatype.</param>
    internal sealed record Definition(byte[] Name, SparkplugDatatype Datatype);

    private sealed class Birth(byte[] device)
    {
        public byte[] Device => device;

        public Dictionary<byte[], Definition> Names { get; } = new(Utf8Comparer.Instance);

        public Dictionary<ulong, Definition> Aliases { get; } = [];
    }
}
