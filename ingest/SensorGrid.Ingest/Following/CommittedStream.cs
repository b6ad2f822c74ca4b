using SensorGrid.Ingest.Sources;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Following;

/// <summary>The log's durable records, decoded once, for every follower: from the ring while they are fresh, from the log (decoded again)
/// when a follower is behind, starts, or recovers. Both ways give the same records: decoding is a pure function of what the log holds.
/// Everything this process appends must go through <see cref="Appending.LogAppender"/>, which publishes here what it appended; the log says
/// when it may be seen.</summary>
public sealed class CommittedStream : IReadingLogListener
{
    private readonly ReadingLogWriter log;
    private readonly IngestOptions options;
    private readonly IngestMetrics metrics;
    private readonly TimeProvider time;
    private readonly Lock listenersGate = new();

    // Replaced as a whole, so that the log's thread reads it without the lock.
    private ICommitListener[] listeners = [];
    private bool failed;

    /// <param name="log">The log; nobody has appended to it yet.</param>
    /// <param name="datastreams">Gives the datastreams their indices.</param>
    /// <param name="options">Bounds of the ring.</param>
    /// <param name="metrics">Counts reads that had to go to the log.</param>
    /// <param name="time">Clock of the waits.</param>
    /// <param name="formats">What payloads can be read besides packs; null: none.</param>
    public CommittedStream(
        ReadingLogWriter log, DatastreamTable datastreams, IngestOptions options, IngestMetrics metrics, TimeProvider time, PayloadFormats? formats = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(options);
        this.log = log;
        this.options = options;
        this.metrics = metrics;
        this.time = time;
        Decoder = new(new TopicRoutes(datastreams, options.MaxTopics), formats ?? PayloadFormats.PacksOnly);
        Records = new(options.RingRecords);
        Ring = new(options.RingRecords, options.RingBytes, log.NextSequence);
        log.Listen(this);
    }

    /// <summary>Smallest sequence that can be read.</summary>
    public long FirstSequence => log.FirstSequence;

    /// <summary>Sequence of the last durable record.</summary>
    public long LastDurableSequence => log.LastDurableSequence;

    /// <inheritdoc/>
    void IReadingLogListener.Committed(long durableSequence)
    {
        Ring.Advance(durableSequence);
        foreach (var listener in Volatile.Read(ref listeners))
            listener.Committed(durableSequence);
    }

    /// <inheritdoc/>
    void IReadingLogListener.Failed(ReadingLogException reason)
    {
        lock (listenersGate)
            failed = true;
        foreach (var listener in Volatile.Read(ref listeners))
            listener.Failed();
    }

    internal void Subscribe(ICommitListener listener)
    {
        bool tell;
        lock (listenersGate)
        {
            Volatile.Write(ref listeners, [.. listeners, listener]);
            tell = failed;
        }
        // Whoever comes after the failure would otherwise wait for ever.
        if (tell)
            listener.Failed();
    }

    internal void Unsubscribe(ICommitListener listener)
    {
        lock (listenersGate)
            Volatile.Write(ref listeners, [.. listeners.Where(known => known != listener)]);
    }

    internal RecordDecoder Decoder { get; }

    internal CommittedRecordPool Records { get; }

    internal CommittedRing Ring { get; }

    /// <summary>A reader that starts at a sequence, which may be the next one to be written. Serves one follower.</summary>
    /// <param name="name">Name of the follower, for counters.</param>
    /// <param name="fromSequence">First sequence it wants.</param>
    /// <exception cref="ReadingLogException">The sequence lies beyond the end of the log.</exception>
    public CommittedReader CreateReader(string name, long fromSequence) =>
        new(this, log, fromSequence, options.FollowerBatchRecords, name, metrics, time);
}
