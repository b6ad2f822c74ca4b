using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Admission;

/// <summary>What is remembered of one gateway. Counters are written by many connections and read by the API without a lock.</summary>
public sealed class GatewayEntry
{
    private readonly ConcurrentDictionary<string, long> rejected = new(StringComparer.Ordinal);
    private long accepted;
    private long readings;
    private long lastReceivedTicks;
    private volatile string? domain;
    private readonly Lock statusGate = new();
    private StrongBox<GatewayStatus>? status;
    private long statusSequence;

    internal GatewayEntry(string id) => Id = id;

    /// <summary>Gateway id.</summary>
    public string Id { get; }

    /// <summary>Domain it published in last; null when it never got that far.</summary>
    public string? Domain => domain;

    /// <summary>Messages on disk and read.</summary>
    public long Accepted => Volatile.Read(ref accepted);

    /// <summary>Readings of them.</summary>
    public long Readings => Volatile.Read(ref readings);

    /// <summary>Messages refused, or kept unread, by reason.</summary>
    public IReadOnlyDictionary<string, long> Rejected => rejected;

    /// <summary>When its newest message was received; null when none was kept.</summary>
    public DateTimeOffset? LastReceivedAt =>
        Volatile.Read(ref lastReceivedTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>What it said of itself last; null when it never did since the service started.</summary>
    public GatewayStatus? Status => Volatile.Read(ref status)?.Value;

    internal void Received(ReadOnlySpan<char> inDomain, long receivedAtTicks)
    {
        if (!inDomain.SequenceEqual(domain))
            domain = inDomain.ToString();
        long seen = Volatile.Read(ref lastReceivedTicks);
        while (receivedAtTicks > seen)
        {
            long before = Interlocked.CompareExchange(ref lastReceivedTicks, receivedAtTicks, seen);
            if (before == seen)
                break;
            seen = before;
        }
    }

    internal void AcceptedOne(int readingCount)
    {
        Interlocked.Increment(ref accepted);
        Interlocked.Add(ref readings, readingCount);
    }

    internal void RejectedOne(string reason) => rejected.AddOrUpdate(reason, 1, static (_, count) => count + 1);

    // The will of an old connection and the greeting of the new one come at the same time: the log's order decides.
    internal void SaidStatus(GatewayStatus said, long sequence)
    {
        lock (statusGate)
        {
            if (sequence <= statusSequence)
                return;
            statusSequence = sequence;
            Volatile.Write(ref status, new(said));
        }
    }
}
