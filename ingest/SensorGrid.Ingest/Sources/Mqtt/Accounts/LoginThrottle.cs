using System.Net;

namespace SensorGrid.Ingest.Sources.Mqtt.Accounts;

/// <summary>Counts failed attempts to sign in, by user name and address and by address alone, and locks either for a while. A name is counted whether there is
/// such an account or not, so a lock tells nothing. By the monotonic clock. Thread-safe.</summary>
internal sealed class LoginThrottle(MqttAccessOptions options, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string? Name, IPAddress Address), LinkedListNode<Failures>> known = [];

    // By the time of the last failure, the oldest first.
    private readonly LinkedList<Failures> oldest = new();

    /// <summary>Names and addresses remembered.</summary>
    public int Count { get { lock (gate) return known.Count; } }

    /// <summary>Whether this name may not sign in from this address now.</summary>
    public bool IsLocked(string name, IPAddress address)
    {
        lock (gate)
            return CountOf_NeedsLock((name, address)) >= options.MaxFailures || CountOf_NeedsLock((null, address)) >= options.MaxFailuresOfAddress;
    }

    /// <summary>An attempt failed.</summary>
    public void Failed(string name, IPAddress address)
    {
        lock (gate)
        {
            Add_NeedsLock((name, address));
            Add_NeedsLock((null, address));
        }
    }

    /// <summary>An attempt succeeded: the name's own failures are forgotten, those of the address stay.</summary>
    public void Succeeded(string name, IPAddress address)
    {
        lock (gate)
        {
            if (known.Remove((name, address), out var node))
                oldest.Remove(node);
        }
    }

    private int CountOf_NeedsLock((string? Name, IPAddress Address) key) =>
        known.TryGetValue(key, out var node) && time.GetElapsedTime(node.Value.Last) < options.LockTime ? node.Value.Count : 0;

    private void Add_NeedsLock((string? Name, IPAddress Address) key)
    {
        int count = CountOf_NeedsLock(key) + 1;
        if (known.TryGetValue(key, out var node))
        {
            oldest.Remove(node);
        }
        else if (known.Count >= options.MaxRemembered)
        {
            known.Remove(oldest.First!.Value.Key);
            oldest.RemoveFirst();
        }
        known[key] = oldest.AddLast(new Failures(key, count, time.GetTimestamp()));
    }

    private readonly record struct Failures((string? Name, IPAddress Address) Key, int Count, long Last);
}
