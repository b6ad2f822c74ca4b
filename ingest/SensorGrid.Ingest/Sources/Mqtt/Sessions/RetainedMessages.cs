using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>What became of a retained message.</summary>
internal enum RetainOutcome
{
    /// <summary>It is the topic's message now.</summary>
    Kept = 1,

    /// <summary>It was empty: the topic has none now [MQTT-3.3.1-6].</summary>
    Cleared,

    /// <summary>No room for another topic or for so many bytes: PUBACK or PUBREC 0x97. The topic keeps what it had.</summary>
    Refused,
}

/// <summary>The newest retained message of each topic (MQTT 5 3.3.1.3), by the levels of the topics. Bounded by count and bytes; expired
/// ones make room first. Thread-safe.</summary>
internal sealed class RetainedMessages(MqttSessionOptions options, SessionMetrics metrics, SessionStore? store)
{
    private readonly Lock gate = new();
    private readonly RetainedNode root = new("", null);
    private readonly SortedSet<(long ExpiresAtTicks, string Topic)> expiries = new(Comparer<(long Ticks, string Topic)>.Create(
        static (left, right) => left.Ticks != right.Ticks ? left.Ticks.CompareTo(right.Ticks) : string.CompareOrdinal(left.Topic, right.Topic)));
    private int count;
    private long bytes;
    private int alarms;
    private long alarmBytes;

    /// <summary>Topics that have one.</summary>
    public int Count { get { lock (gate) return count; } }

    /// <summary>Bytes of them.</summary>
    public long Bytes { get { lock (gate) return bytes; } }

    /// <summary>Takes a message that was published with RETAIN; an empty payload clears.</summary>
    /// <param name="message">The message.</param>
    /// <param name="nowTicks">Now.</param>
    /// <param name="change">Durable when a restart will know it.</param>
    public RetainOutcome Set(MqttMessage message, long nowTicks, out long change)
    {
        lock (gate)
        {
            change = 0;
            RemoveExpired_NeedsLock(nowTicks);
            if (message.Payload.IsEmpty || message.HasExpired(nowTicks))
            {
                if (Take_NeedsLock(message.Topic))
                    change = store?.RemoveRetained(message.Topic) ?? 0;
                return RetainOutcome.Cleared;
            }
            var before = Walk_NeedsLock(message.Topic)?.Message;
            if (!Fits_NeedsLock(message, before))
            {
                metrics.MessageRefused(message.IsAlarm ? RefuseReason.RetainedAlarmsFull : RefuseReason.RetainedFull);
                return RetainOutcome.Refused;
            }
            Take_NeedsLock(message.Topic);
            Put_NeedsLock(message);
            change = store?.PutRetained(message) ?? 0;
            return RetainOutcome.Kept;
        }
    }

    /// <summary>The message of a topic; null when it has none.</summary>
    public MqttMessage? Find(string topic)
    {
        lock (gate)
            return Walk_NeedsLock(topic)?.Message;
    }

    /// <summary>The topics with a message that a filter matches.</summary>
    public List<string> TopicsOf(TopicFilter filter)
    {
        var found = new List<string>();
        lock (gate)
            Collect(root, filter.Path, isFirst: true, found);
        return found;
    }

    /// <summary>Forgets what has expired.</summary>
    public void RemoveExpired(long nowTicks)
    {
        lock (gate)
            RemoveExpired_NeedsLock(nowTicks);
    }

    /// <summary>Takes in what the store had kept.</summary>
    internal void Restore(MqttMessage message)
    {
        lock (gate)
            Put_NeedsLock(message);
    }

    private void RemoveExpired_NeedsLock(long nowTicks)
    {
        while (expiries.Count > 0 && expiries.Min is var soonest && soonest.ExpiresAtTicks <= nowTicks)
        {
            Take_NeedsLock(soonest.Topic);
            store?.RemoveRetained(soonest.Topic);
            metrics.MessageDropped(DropReason.Expired);
        }
    }

    // The topic's old message makes room; it is of the same kind, which is the topic's.
    private bool Fits_NeedsLock(MqttMessage message, MqttMessage? before)
    {
        var (held, heldBytes, most, mostBytes) = message.IsAlarm
            ? (alarms, alarmBytes, options.MaxRetainedAlarms, options.MaxRetainedAlarmBytes)
            : (count - alarms, bytes - alarmBytes, options.MaxRetainedMessages, options.MaxRetainedBytes);
        return held - (before is null ? 0 : 1) < most && heldBytes - (before?.Size ?? 0) + message.Size <= mostBytes;
    }

    private RetainedNode? Walk_NeedsLock(ReadOnlySpan<char> topic)
    {
        RetainedNode? node = root;
        bool isLast;
        do
        {
            node = node.Find(TopicFilter.CutLevel(ref topic, out isLast));
        }
        while (!isLast && node is not null);
        return node;
    }

    private void Put_NeedsLock(MqttMessage message)
    {
        var node = root;
        var topic = message.Topic.AsSpan();
        bool isLast;
        do
        {
            var level = TopicFilter.CutLevel(ref topic, out isLast);
            node = node.Find(level) ?? node.Add(level.ToString());
        }
        while (!isLast);
        node.Message = message;
        Count_NeedsLock(message, 1);
        if (message.ExpiresAtTicks != MqttMessage.NeverExpires)
            expiries.Add((message.ExpiresAtTicks, message.Topic));
        metrics.RetainedChanged(1);
    }

    private bool Take_NeedsLock(string topic)
    {
        var node = Walk_NeedsLock(topic);
        if (node?.Message is not { } message)
            return false;
        node.Message = null;
        Count_NeedsLock(message, -1);
        expiries.Remove((message.ExpiresAtTicks, topic));
        metrics.RetainedChanged(-1);
        while (node.Parent is { } parent && node.IsEmpty)
        {
            parent.Remove(node);
            node = parent;
        }
        return true;
    }

    private void Count_NeedsLock(MqttMessage message, int by)
    {
        count += by;
        bytes += by * message.Size;
        if (message.IsAlarm)
        {
            alarms += by;
            alarmBytes += by * message.Size;
        }
    }

    // The filter walks down the topics, as a topic walks down the filters in the subscription tree.
    private static void Collect(RetainedNode node, ReadOnlySpan<char> rest, bool isFirst, List<string> found)
    {
        var wanted = TopicFilter.CutLevel(ref rest, out bool isLast);
        if (wanted is "#")
        {
            CollectAll(node, isFirst, found);
            return;
        }
        if (wanted is "+")
        {
            foreach (var child in node.Children)
            {
                if (!isFirst || !child.IsSystem)
                    Enter(child, rest, isLast, found);
            }
            return;
        }
        if (node.Find(wanted) is { } only)
            Enter(only, rest, isLast, found);
    }

    private static void Enter(RetainedNode node, ReadOnlySpan<char> rest, bool isLast, List<string> found)
    {
        if (!isLast)
            Collect(node, rest, isFirst: false, found);
        else if (node.Message is { } message)
            found.Add(message.Topic);
    }

    private static void CollectAll(RetainedNode node, bool isFirst, List<string> found)
    {
        if (node.Message is { } message)
            found.Add(message.Topic);
        foreach (var child in node.Children)
        {
            if (!isFirst || !child.IsSystem)
                CollectAll(child, isFirst: false, found);
        }
    }

    private sealed class RetainedNode(string level, RetainedNode? parent)
    {
        private Dictionary<string, RetainedNode>? children;

        public RetainedNode? Parent => parent;

        public MqttMessage? Message { get; set; }

        public bool IsSystem => level.StartsWith('$');

        public bool IsEmpty => Message is null && children is null or { Count: 0 };

        public IEnumerable<RetainedNode> Children => children is null ? [] : children.Values;

        public RetainedNode? Find(ReadOnlySpan<char> wanted) =>
            children is not null && children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(wanted, out var child) ? child : null;

        public RetainedNode Add(string wanted)
        {
            var child = new RetainedNode(wanted, this);
            (children ??= new(StringComparer.Ordinal)).Add(wanted, child);
            return child;
        }

        public void Remove(RetainedNode child) => children!.Remove(child.Level);

        private string Level => level;
    }
}
