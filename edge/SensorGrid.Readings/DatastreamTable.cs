using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace SensorGrid.Readings;

/// <summary>Gives every datastream that was ever seen a dense <see cref="DatastreamIndex"/>, so that later stages look into
/// arrays and not into dictionaries. Append only; safe for many threads. Holds nothing of the catalogue: a datastream that no
/// catalogue knows has an index too (it is listed as unassigned).</summary>
public sealed class DatastreamTable
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, GatewayDatastreams> gateways = new(StringComparer.Ordinal);
    private readonly int capacity;
    private readonly int capacityPerGateway;
    private readonly int gatewayCapacity;
    private DatastreamKey[] keys = new DatastreamKey[64];
    private int count;
    private int gatewayCount;

    /// <param name="capacity">Most datastreams in all; further names are refused (1,000,000 keep dense arrays below 100 MB).</param>
    /// <param name="capacityPerGateway">Most datastreams of one gateway, so that one broken sender cannot use up the table.</param>
    /// <param name="gatewayCapacity">Most gateways; a city has thousands, and an unnamed one costs memory before its first reading.</param>
    public DatastreamTable(int capacity = 1_000_000, int capacityPerGateway = 10_000, int gatewayCapacity = 100_000)
    {
        this.gatewayCapacity = gatewayCapacity;
        this.capacity = capacity;
        this.capacityPerGateway = capacityPerGateway;
    }

    /// <summary>Number of datastreams; their indices are 0 … Count-1.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Number of gateways.</summary>
    public int GatewayCount => Volatile.Read(ref gatewayCount);

    /// <summary>The datastreams of one gateway; made when first asked for. Resolve once per connection and topic, then keep it.
    /// Beyond the capacity of gateways it is one that refuses every name, so its readings are counted like those of a full table.</summary>
    public GatewayDatastreams ForGateway(string gateway)
    {
        if (gateways.TryGetValue(gateway, out var known))
            return known;
        lock (gate)
        {
            if (gateways.TryGetValue(gateway, out known))
                return known;
            var added = new GatewayDatastreams(this, gateway);
            // Not kept when full: the caller's copy lives as long as its connection.
            if (gatewayCount < gatewayCapacity)
            {
                gateways[gateway] = added;
                Volatile.Write(ref gatewayCount, gatewayCount + 1);
            }
            return added;
        }
    }

    /// <summary>The key of an index.</summary>
    public DatastreamKey KeyOf(DatastreamIndex index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index.Value, (uint)Count);
        return Volatile.Read(ref keys)[index.Value];
    }

    /// <summary>Index of a key, assigned when new.</summary>
    /// <returns>False when the table or the gateway's share of it is full.</returns>
    public bool TryIntern(DatastreamKey key, out DatastreamIndex index) =>
        ForGateway(key.Gateway).TryIntern(key.Name, out index);

    /// <summary>Index of a key that is already known.</summary>
    public bool TryFind(DatastreamKey key, out DatastreamIndex index)
    {
        index = default;
        return gateways.TryGetValue(key.Gateway, out var gateway) && gateway.TryFind(Encoding.UTF8.GetBytes(key.Name), out index);
    }

    /// <summary>The datastreams of one gateway, in no order; none when nothing of it is known.</summary>
    public IEnumerable<DatastreamIndex> OfGateway(string gateway) => gateways.TryGetValue(gateway, out var known) ? known.Indices : [];

    internal bool TryAdd(
        GatewayDatastreams gateway, byte[] utf8Name, string? name, ConcurrentDictionary<byte[], NamedDatastream> names, [NotNullWhen(true)] out NamedDatastream? added)
    {
        lock (gate)
        {
            if (names.TryGetValue(utf8Name, out added))
                return true;
            bool refused = !gateways.TryGetValue(gateway.Gateway, out var kept) || kept != gateway;
            if (refused || count >= capacity || gateway.CountNeedsLock >= capacityPerGateway)
                return false;
            if (count == keys.Length)
            {
                var grown = new DatastreamKey[count * 2];
                keys.CopyTo(grown, 0);
                Volatile.Write(ref keys, grown);
            }
            keys[count] = new(gateway.Gateway, name ?? Encoding.UTF8.GetString(utf8Name));
            added = new(utf8Name, new(count));
            // The count goes up before the name can be found: whoever finds an index may ask for its key.
            Volatile.Write(ref count, count + 1);
            names[utf8Name] = added;
            gateway.CountNeedsLock++;
            return true;
        }
    }
}

/// <summary>The datastreams of one gateway: name to index without an allocation.</summary>
public sealed class GatewayDatastreams
{
    // SenML has no longer ones.
    private const int LongestName = 255;

    private readonly DatastreamTable table;
    private readonly ConcurrentDictionary<byte[], NamedDatastream> names = new(Utf8Comparer.Instance);
    private readonly ConcurrentDictionary<byte[], NamedDatastream>.AlternateLookup<ReadOnlySpan<byte>> lookup;

    internal GatewayDatastreams(DatastreamTable table, string gateway)
    {
        this.table = table;
        Gateway = gateway;
        lookup = names.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Gateway id.</summary>
    public string Gateway { get; }

    /// <summary>Its datastreams, in no order.</summary>
    internal IEnumerable<DatastreamIndex> Indices => names.Select(name => name.Value.Index);

    /// <summary>The name seen last. Gateways send their datastreams in the same order again and again, so the name that followed last time is tried before a hash is
    /// computed. Threads may overwrite each other's guess: a guess is compared with the name, so it can only be slow, never wrong.</summary>
    internal NamedDatastream Last { get; set; } = new([], default);

    /// <summary>Number of names; guarded by the table's lock.</summary>
    internal int CountNeedsLock { get; set; }

    /// <summary>Index of a name, assigned when new.</summary>
    /// <returns>False when a capacity of the table is reached.</returns>
    public bool TryResolve(ReadOnlySpan<byte> utf8Name, out DatastreamIndex index)
    {
        var before = Last;
        if (before.Next is { } next && utf8Name.SequenceEqual(next.Utf8Name))
        {
            Last = next;
            index = next.Index;
            return true;
        }
        if (!lookup.TryGetValue(utf8Name, out var found) && !table.TryAdd(this, utf8Name.ToArray(), name: null, names, out found))
        {
            index = default;
            return false;
        }
        before.Next = found;
        Last = found!;
        index = found!.Index;
        return true;
    }

    /// <summary>Index of a known name that is said in two parts.</summary>
    /// <param name="prefix">The first; may be empty.</param>
    /// <param name="separator">One sign between them, or none.</param>
    /// <param name="name">The second.</param>
    /// <param name="index">Its index.</param>
    /// <returns>False when no such name is known; none is assigned.</returns>
    internal bool TryFollow(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> separator, ReadOnlySpan<byte> name, out DatastreamIndex index)
    {
        var before = Last;
        if (TryFollowNext(prefix, separator, name, out index))
            return true;
        var found = FindJoined(before, prefix, separator, name);
        index = found?.Index ?? default;
        if (found is null)
            return false;
        Last = found;
        return true;
    }

    /// <summary>The same, of the one name that followed when last seen.</summary>
    internal bool TryFollowNext(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> separator, ReadOnlySpan<byte> name, out DatastreamIndex index)
    {
        index = default;
        if (Last.Next is not { } next)
            return false;
        ReadOnlySpan<byte> known = next.Utf8Name;
        // Neighbours differ at their ends mostly.
        if (known.Length != prefix.Length + separator.Length + name.Length || !known.EndsWith(name) || !known.StartsWith(prefix)
            || (!separator.IsEmpty && known[prefix.Length] != separator[0]))
            return false;
        Last = next;
        index = next.Index;
        return true;
    }

    /// <summary>A known name that is said in parts, which follows <paramref name="before"/> from now on; null when there is none.</summary>
    internal NamedDatastream? FindJoined(NamedDatastream before, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> separator, ReadOnlySpan<byte> name)
    {
        int length = prefix.Length + separator.Length + name.Length;
        if (length > LongestName)
            return null;
        Span<byte> joined = stackalloc byte[LongestName];
        prefix.CopyTo(joined);
        separator.CopyTo(joined[prefix.Length..]);
        name.CopyTo(joined[(prefix.Length + separator.Length)..]);
        if (!lookup.TryGetValue(joined[..length], out var found))
            return null;
        before.Next = found;
        return found;
    }

    /// <summary>Index of a name, assigned when new; the text given is the one kept.</summary>
    internal bool TryIntern(string name, out DatastreamIndex index)
    {
        byte[] utf8Name = Encoding.UTF8.GetBytes(name);
        bool isThere = names.TryGetValue(utf8Name, out var found) || table.TryAdd(this, utf8Name, name, names, out found);
        index = isThere ? found!.Index : default;
        return isThere;
    }

    /// <summary>Index of a name that is already known.</summary>
    public bool TryFind(ReadOnlySpan<byte> utf8Name, out DatastreamIndex index)
    {
        bool found = lookup.TryGetValue(utf8Name, out var known);
        index = found ? known!.Index : default;
        return found;
    }
}

/// <summary>A name of one gateway, its index, and the name that followed it when last seen.</summary>
internal sealed class NamedDatastream(byte[] utf8Name, DatastreamIndex index)
{
    public readonly byte[] Utf8Name = utf8Name;
    public readonly DatastreamIndex Index = index;
    public NamedDatastream? Next;

    /// <summary>Where the last slash or colon of the name is; -1 without.</summary>
    public readonly int LastSeparator = utf8Name.AsSpan().LastIndexOfAny((byte)'/', (byte)':');

    /// <summary>Whether it is made of these two parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Is(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> known = Utf8Name;
        // Neighbours differ at their ends mostly.
        return known.Length == prefix.Length + name.Length && known[prefix.Length..].SequenceEqual(name) && known[..prefix.Length].SequenceEqual(prefix);
    }
}
