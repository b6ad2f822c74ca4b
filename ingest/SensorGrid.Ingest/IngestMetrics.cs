using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest;

/// <summary>Counters of the ingest library, one method per verb. Also holds the totals that the status page shows, because a meter can
/// be listened to but not read.</summary>
public sealed class IngestMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "SensorGrid.Ingest";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> messagesRejected;
    private readonly Counter<long> recordsDropped;
    private readonly Counter<long> messagesUnavailable;
    private readonly Histogram<double> admitDuration;
    private readonly Counter<long> ringMissed;
    private readonly Counter<long> ticksAppended;
    private readonly Counter<long> clockStepped;
    private readonly Counter<long> backlogWaited;
    private readonly Counter<long> connectionsRefused;
    private readonly UpDownCounter<long> connectionsOpen;
    private readonly Counter<long> protocolViolated;
    private readonly Counter<long> brokerConnected;
    private readonly Counter<long> commandsPublished;
    private readonly Counter<long> sparkplugTaken;
    private readonly Counter<long> sparkplugReborn;
    private readonly ConcurrentDictionary<string, Func<long>> lags = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> rejected = new(StringComparer.Ordinal);

    // What each message counts: told to listeners when they ask, because telling them costs more than the message.
    private readonly ConcurrentDictionary<string, StrongBox<long>> messages = new(StringComparer.Ordinal);
    private long readings;

    /// <summary>Makes the instruments.</summary>
    public IngestMetrics()
    {
        meter.CreateObservableCounter("sensorgrid.ingest.message.admit", ObserveMessages, "{message}", "Messages on disk and read.");
        messagesRejected = meter.CreateCounter<long>("sensorgrid.ingest.message.reject", "{message}", "Messages refused, or kept but not readable, by reason.");
        messagesUnavailable = meter.CreateCounter<long>("sensorgrid.ingest.message.turn_away", "{message}", "Messages not acknowledged because the log could not take them.");
        meter.CreateObservableCounter("sensorgrid.ingest.reading.admit", () => Readings, "{reading}", "Readings of admitted messages.");
        recordsDropped = meter.CreateCounter<long>("sensorgrid.ingest.record.drop", "{record}", "SenML records, and items of frames, that gave no reading, by reason.");
        admitDuration = meter.CreateHistogram<double>("sensorgrid.ingest.message.admit.duration", "s", "From the whole message to its answer, the wait for the disk included.");
        ringMissed = meter.CreateCounter<long>("sensorgrid.ingest.ring.miss", "{read}", "Reads of followers that had to go to the log and decode again.");
        ticksAppended = meter.CreateCounter<long>("sensorgrid.ingest.tick.append", "{tick}", "Clock ticks written while nothing else was.");
        backlogWaited = meter.CreateCounter<long>("sensorgrid.ingest.backlog.wait", "{wait}", "Times a message of backlog waited so that live readings go before it.");
        clockStepped = meter.CreateCounter<long>("sensorgrid.ingest.clock.step", "{step}", "Times the machine's clock was found set while the service ran.");
        connectionsRefused = meter.CreateCounter<long>("sensorgrid.ingest.connection.refuse", "{connection}", "Connections refused, by reason.");
        connectionsOpen = meter.CreateUpDownCounter<long>("sensorgrid.ingest.connection.open", "{connection}", "Connections of gateways that are open.");
        protocolViolated = meter.CreateCounter<long>("sensorgrid.ingest.mqtt.violate", "{connection}", "Connections ended because the peer broke the MQTT standard, by clause.");
        brokerConnected = meter.CreateCounter<long>("sensorgrid.ingest.broker.connect", "{connection}", "Connections made to an external broker, by whether it had kept our session.");
        commandsPublished = meter.CreateCounter<long>("sensorgrid.ingest.command.publish", "{command}", "Commands handed on to gateways, by outcome.");
        sparkplugTaken = meter.CreateCounter<long>("sensorgrid.ingest.sparkplug.message.take", "{message}", "Messages of Sparkplug edge nodes, by what became of them in their session.");
        sparkplugReborn = meter.CreateCounter<long>("sensorgrid.ingest.sparkplug.rebirth.request", "{request}", "Sparkplug edge nodes asked for their births, by outcome.");
        meter.CreateObservableGauge("sensorgrid.ingest.follower.lag", ObserveLags, "{record}", "Durable records a follower has not applied yet.");
    }

    /// <summary>Messages admitted since start.</summary>
    public long Messages => messages.Sum(source => Volatile.Read(ref source.Value.Value));

    /// <summary>Readings admitted since start.</summary>
    public long Readings => Volatile.Read(ref readings);

    /// <summary>Messages refused or unreadable since start, by reason.</summary>
    public IReadOnlyDictionary<string, long> Rejected => rejected;

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    internal void Admitted(string source, in PayloadCounters counters)
    {
        Interlocked.Increment(ref messages.GetOrAdd(source, static _ => new()).Value);
        Interlocked.Add(ref readings, counters.Readings);
        Dropped("sum_only", counters.SumOnly);
        Dropped("unpaired_position", counters.UnpairedPositions);
        Dropped("datastream_limit", counters.DatastreamLimit);
        Dropped("frame_item", counters.FrameProblems);
    }

    internal void SparkplugTaken(string outcome) => sparkplugTaken.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void RebirthRequested(string outcome) => sparkplugReborn.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void BacklogWaited(string source) => backlogWaited.Add(1, new KeyValuePair<string, object?>("source", source));

    internal void ClockStepped() => clockStepped.Add(1);

    internal void MessageRejected(string source, string reason)
    {
        rejected.AddOrUpdate(reason, 1, static (_, count) => count + 1);
        messagesRejected.Add(1, new("source", source), new("reason", reason));
    }

    internal void TurnedAway(string source) => messagesUnavailable.Add(1, new KeyValuePair<string, object?>("source", source));

    internal void AdmitTook(TimeSpan duration) => admitDuration.Record(duration.TotalSeconds);

    internal void RingMissed(string follower) => ringMissed.Add(1, new KeyValuePair<string, object?>("follower", follower));

    internal void TickAppended() => ticksAppended.Add(1);

    internal void ConnectionRefused(string reason) => connectionsRefused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void ConnectionOpened() => connectionsOpen.Add(1);

    internal void ConnectionClosed() => connectionsOpen.Add(-1);

    internal void ProtocolViolated(string violation) => protocolViolated.Add(1, new KeyValuePair<string, object?>("violation", violation));

    internal void BrokerConnected(bool sessionKept) => brokerConnected.Add(1, new KeyValuePair<string, object?>("session_kept", sessionKept));

    internal void CommandPublished(string outcome) => commandsPublished.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void ObserveLag(string follower, Func<long> lag) => lags[follower] = lag;

    private void Dropped(string reason, int count)
    {
        if (count > 0)
            recordsDropped.Add(count, new KeyValuePair<string, object?>("reason", reason));
    }

    private IEnumerable<Measurement<long>> ObserveMessages() =>
        messages.Select(source => new Measurement<long>(Volatile.Read(ref source.Value.Value), new KeyValuePair<string, object?>("source", source.Key)));

    private IEnumerable<Measurement<long>> ObserveLags() =>
        lags.Select(lag => new Measurement<long>(lag.Value(), new KeyValuePair<string, object?>("follower", lag.Key)));
}
