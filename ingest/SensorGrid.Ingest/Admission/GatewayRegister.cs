using System.Collections.Concurrent;

namespace SensorGrid.Ingest.Admission;

/// <summary>Every gateway that was heard of since the service started, with its counters. Bounded: beyond
/// <see cref="IngestOptions.MaxGateways"/> messages are still taken but their gateway is not listed, and <see cref="Unlisted"/> counts.</summary>
public sealed class GatewayRegister
{
    private readonly ConcurrentDictionary<string, GatewayEntry> gateways = new(StringComparer.Ordinal);
    private readonly RejectionMemory rejections;
    private readonly int capacity;
    private int count;
    private long unlisted;

    /// <param name="options">Its bounds.</param>
    public GatewayRegister(IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        capacity = options.MaxGateways;
        rejections = new(options.RecentRejections);
    }

    /// <summary>Messages of gateways that found no room in the register.</summary>
    public long Unlisted => Volatile.Read(ref unlisted);

    /// <summary>All gateways, in no order.</summary>
    public IEnumerable<GatewayEntry> Gateways => gateways.Values;

    /// <summary>Refused messages: one line per gateway and reason, the newest first.</summary>
    public IReadOnlyList<RejectedMessage> RecentRejections => rejections.Snapshot();

    /// <summary>One gateway; null when nothing came from it.</summary>
    public GatewayEntry? Find(string gateway) => gateways.GetValueOrDefault(gateway);

    /// <summary>The entry of a gateway, made when there is room; null when there is none.</summary>
    internal GatewayEntry? Enter(string gateway)
    {
        if (gateways.TryGetValue(gateway, out var known))
            return known;
        if (Interlocked.Increment(ref count) > capacity)
        {
            Interlocked.Decrement(ref count);
            Interlocked.Increment(ref unlisted);
            return gateways.GetValueOrDefault(gateway);
        }
        var entry = new GatewayEntry(gateway);
        if (gateways.TryAdd(gateway, entry))
            return entry;
        Interlocked.Decrement(ref count);
        return gateways[gateway];
    }

    internal void Rejected(RejectedMessage message)
    {
        Enter(message.Gateway)?.RejectedOne(message.Reason);
        rejections.Add(message);
    }
}
