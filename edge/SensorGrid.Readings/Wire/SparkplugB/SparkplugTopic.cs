using System.Text;

namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Types of message (Sparkplug 3.0, 4.1).</summary>
public enum SparkplugMessageType : byte
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>NBIRTH: all metrics of an edge node; begins its session.</summary>
    NodeBirth,

    /// <summary>NDATA: changed metrics of an edge node.</summary>
    NodeData,

    /// <summary>NDEATH: the edge node's will.</summary>
    NodeDeath,

    /// <summary>NCMD: host to edge node.</summary>
    NodeCommand,

    /// <summary>DBIRTH: all metrics of a device.</summary>
    DeviceBirth,

    /// <summary>DDATA: changed metrics of a device.</summary>
    DeviceData,

    /// <summary>DDEATH: the edge node lost the device.</summary>
    DeviceDeath,

    /// <summary>DCMD: host to device.</summary>
    DeviceCommand,

    /// <summary>STATE of a host application.</summary>
    State,
}

/// <summary>Why a text is no topic of Sparkplug B.</summary>
public enum SparkplugTopicError : byte
{
    /// <summary>It is one.</summary>
    None = 0,

    /// <summary>It does not begin with <c>spBv1.0/</c> (or, of version 2.2, <c>STATE/</c>).</summary>
    Namespace,

    /// <summary>A message type that does not exist.</summary>
    MessageType,

    /// <summary>An id, or a level, is missing or empty.</summary>
    EmptyId,

    /// <summary>NBIRTH, NDATA, NDEATH or NCMD with a device level.</summary>
    NodeMessageWithDevice,

    /// <summary>DBIRTH, DDATA, DDEATH or DCMD without a device level.</summary>
    DeviceMessageWithoutDevice,

    /// <summary>More levels than there may be.</summary>
    TooManyLevels,

    /// <summary>Longer than <see cref="SparkplugLimits.Topic"/>, or it holds a wildcard or a control character.</summary>
    BadId,
}

/// <summary>A topic of Sparkplug B, taken apart without allocating (Sparkplug 3.0, chapter 4).
/// <code>
/// spBv1.0/{group}/N{BIRTH|DATA|DEATH|CMD}/{edge node}
/// spBv1.0/{group}/D{BIRTH|DATA|DEATH|CMD}/{edge node}/{device}
/// spBv1.0/STATE/{host}          version 2.2: STATE/{host}
/// </code></summary>
public readonly struct SparkplugTopic
{
    /// <summary>What the topics of messages begin with.</summary>
    public const string Prefix = "spBv1.0/";

    /// <summary>What the topic of a host's state begins with.</summary>
    public const string StatePrefix = "spBv1.0/STATE/";

    private const string LegacyStatePrefix = "STATE/";

    private readonly string? text;
    private readonly (ushort Start, ushort Length) group;
    private readonly (ushort Start, ushort Length) edge;
    private readonly (ushort Start, ushort Length) device;

    private SparkplugTopic(string text, SparkplugMessageType type, (int, int) group, (int, int) edge, (int, int) device, bool isLegacy = false)
    {
        this.text = text;
        Type = type;
        this.group = ((ushort)group.Item1, (ushort)group.Item2);
        this.edge = ((ushort)edge.Item1, (ushort)edge.Item2);
        this.device = ((ushort)device.Item1, (ushort)device.Item2);
        IsLegacy = isLegacy;
    }

    /// <summary>Type of the message.</summary>
    public SparkplugMessageType Type { get; }

    /// <summary>A STATE in the form of version 2.2, whose payload is the text ONLINE or OFFLINE.</summary>
    public bool IsLegacy { get; }

    /// <summary>Group id; empty of STATE.</summary>
    public ReadOnlySpan<char> Group => text.AsSpan(group.Start, group.Length);

    /// <summary>Edge node id; of STATE the host id.</summary>
    public ReadOnlySpan<char> Edge => text.AsSpan(edge.Start, edge.Length);

    /// <summary>Device id; empty of messages of the edge node.</summary>
    public ReadOnlySpan<char> Device => text.AsSpan(device.Start, device.Length);

    /// <summary>Whether it is about a device.</summary>
    public bool IsOfDevice => Type is >= SparkplugMessageType.DeviceBirth and <= SparkplugMessageType.DeviceCommand;

    /// <summary>Whether the host sends it to the edge node.</summary>
    public bool IsCommand => Type is SparkplugMessageType.NodeCommand or SparkplugMessageType.DeviceCommand;

    /// <summary>Whether a text claims to be a topic of Sparkplug B, well-formed or not.</summary>
    public static bool IsInNamespace(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Prefix, StringComparison.Ordinal);
    }

    /// <summary>Takes a topic apart.</summary>
    public static SparkplugTopicError Parse(string? text, out SparkplugTopic topic)
    {
        topic = default;
        if (text is null)
            return SparkplugTopicError.Namespace;
        if (text.Length > SparkplugLimits.Topic || Encoding.UTF8.GetByteCount(text) > SparkplugLimits.Topic || HoldsBadSign(text))
            return SparkplugTopicError.BadId;
        if (text.StartsWith(StatePrefix, StringComparison.Ordinal))
            return ParseState(text, StatePrefix.Length, isLegacy: false, out topic);
        if (text.StartsWith(LegacyStatePrefix, StringComparison.Ordinal))
            return ParseState(text, LegacyStatePrefix.Length, isLegacy: true, out topic);
        return text.StartsWith(Prefix, StringComparison.Ordinal) ? ParseMessage(text, out topic) : SparkplugTopicError.Namespace;
    }

    /// <summary>Writes the topic of a message.</summary>
    /// <exception cref="ArgumentException">An id that no topic may hold, or a device level too many or too few.</exception>
    public static string Format(string group, SparkplugMessageType type, string edge, string? device = null)
    {
        string text = device is null ? $"{Prefix}{group}/{WordOf(type)}/{edge}" : $"{Prefix}{group}/{WordOf(type)}/{edge}/{device}";
        var error = Parse(text, out var topic);
        return error == SparkplugTopicError.None && topic.Type == type && topic.Group.SequenceEqual(group)
            ? text
            : throw new ArgumentException($"{text} is no topic of Sparkplug B: {error}.");
    }

    /// <inheritdoc/>
    public override string ToString() => text ?? "";

    private static SparkplugTopicError ParseState(string text, int start, bool isLegacy, out SparkplugTopic topic)
    {
        topic = default;
        var host = text.AsSpan(start);
        if (host.IsEmpty)
            return SparkplugTopicError.EmptyId;
        if (host.Contains('/'))
            return SparkplugTopicError.TooManyLevels;
        topic = new(text, SparkplugMessageType.State, default, (start, host.Length), default, isLegacy);
        return SparkplugTopicError.None;
    }

    private static SparkplugTopicError ParseMessage(string text, out SparkplugTopic topic)
    {
        topic = default;
        int at = Prefix.Length;
        var group = TakeLevel(text, ref at);
        var word = TakeLevel(text, ref at);
        var edge = TakeLevel(text, ref at);
        bool hasDevice = at <= text.Length;
        var device = hasDevice ? TakeLevel(text, ref at) : default;
        var type = TypeOf(text.AsSpan(word.Start, word.Length));
        if (group.Length == 0 || word.Length == 0 || edge.Length == 0 || (hasDevice && device.Length == 0))
            return SparkplugTopicError.EmptyId;
        if (type == SparkplugMessageType.None)
            return SparkplugTopicError.MessageType;
        if (at <= text.Length)
            return SparkplugTopicError.TooManyLevels;
        bool isOfDevice = type >= SparkplugMessageType.DeviceBirth;
        if (isOfDevice != hasDevice)
            return hasDevice ? SparkplugTopicError.NodeMessageWithDevice : SparkplugTopicError.DeviceMessageWithoutDevice;
        topic = new(text, type, group, edge, device);
        return SparkplugTopicError.None;
    }

    // Beyond the last level, and only then, the place is behind the end.
    private static (int Start, int Length) TakeLevel(string text, ref int at)
    {
        if (at > text.Length)
            return default;
        int start = at;
        int length = text.AsSpan(at).IndexOf('/');
        if (length < 0)
            length = text.Length - at;
        at += length + 1;
        return (start, length);
    }

    private static bool HoldsBadSign(string text)
    {
        foreach (char sign in text)
        {
            if (sign is '+' or '#' || char.IsControl(sign))
                return true;
        }
        return false;
    }

    private static SparkplugMessageType TypeOf(ReadOnlySpan<char> word) => word switch
    {
        "NBIRTH" => SparkplugMessageType.NodeBirth,
        "NDATA" => SparkplugMessageType.NodeData,
        "NDEATH" => SparkplugMessageType.NodeDeath,
        "NCMD" => SparkplugMessageType.NodeCommand,
        "DBIRTH" => SparkplugMessageType.DeviceBirth,
        "DDATA" => SparkplugMessageType.DeviceData,
        "DDEATH" => SparkplugMessageType.DeviceDeath,
        "DCMD" => SparkplugMessageType.DeviceCommand,
        _ => SparkplugMessageType.None,
    };

    private static string WordOf(SparkplugMessageType type) => type switch
    {
        SparkplugMessageType.NodeBirth => "NBIRTH",
        SparkplugMessageType.NodeData => "NDATA",
        SparkplugMessageType.NodeDeath => "NDEATH",
        SparkplugMessageType.NodeCommand => "NCMD",
        SparkplugMessageType.DeviceBirth => "DBIRTH",
        SparkplugMessageType.DeviceData => "DDATA",
        SparkplugMessageType.DeviceDeath => "DDEATH",
        SparkplugMessageType.DeviceCommand => "DCMD",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a message of an edge node or device."),
    };
}
