namespace SensorGrid.Ingest.Admission;

/// <summary>The refused messages an operator may look at: one line per gateway and reason, so that a sender gone wild overwrites its own
/// sample and nobody else's. Bounded; the line that was quiet longest makes room.</summary>
internal sealed class RejectionMemory(int capacity)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Gateway, string Reason), LinkedListNode<RejectedMessage>> lines = [];
    private readonly LinkedList<RejectedMessage> byAge = new();

    /// <summary>Remembers one more.</summary>
    /// <param name="message">It, with a count of 1.</param>
    public void Add(RejectedMessage message)
    {
        var key = (message.Gateway, message.Reason);
        lock (gate)
        {
            if (lines.TryGetValue(key, out var line))
            {
                line.Value = message with { Count = line.Value.Count + 1, FirstAt = line.Value.FirstAt };
                byAge.Remove(line);
                byAge.AddLast(line);
                return;
            }
            if (lines.Count == capacity)
            {
                var quietest = byAge.First!;
                byAge.RemoveFirst();
                lines.Remove((quietest.Value.Gateway, quietest.Value.Reason));
            }
            lines[key] = byAge.AddLast(message);
        }
    }

    /// <summary>All lines, the newest first.</summary>
    public IReadOnlyList<RejectedMessage> Snapshot()
    {
        lock (gate)
            return [.. byAge.Reverse()];
    }
}
