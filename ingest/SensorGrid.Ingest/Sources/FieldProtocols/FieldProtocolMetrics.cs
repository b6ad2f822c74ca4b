using System.Diagnostics.Metrics;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>Counters of the field protocols' listeners, one method per verb; the tag is the protocol's word.</summary>
public sealed class FieldProtocolMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "SensorGrid.Ingest.FieldProtocols";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> frames;
    private readonly Counter<long> faults;
    private readonly Counter<long> noise;
    private readonly Counter<long> kept;
    private readonly Counter<long> notKept;
    private readonly Counter<long> refused;
    private readonly Counter<long> ended;
    private readonly UpDownCounter<long> open;
    private readonly Counter<long> refills;
    private readonly Counter<long> commands;
    private readonly Counter<long> endsLost;
    private readonly Counter<long> doubles;

    /// <summary>Makes the instruments.</summary>
    public FieldProtocolMetrics()
    {
        frames = meter.CreateCounter<long>("sensorgrid.ingest.frame.receive", "{frame}", "Good frames received.");
        faults = meter.CreateCounter<long>("sensorgrid.ingest.frame.break", "{frame}", "Beginnings of frames that were none, by what was wrong.");
        noise = meter.CreateCounter<long>("sensorgrid.ingest.frame.noise", "By", "Bytes that belonged to no frame.");
        kept = meter.CreateCounter<long>("sensorgrid.ingest.frame.keep", "{payload}", "Reports kept in the log and acknowledged.");
        notKept = meter.CreateCounter<long>("sensorgrid.ingest.frame.turn_away", "{payload}", "Reports that were not kept and not acknowledged, by reason.");
        refused = meter.CreateCounter<long>("sensorgrid.ingest.station.refuse", "{connection}", "Connections and datagrams turned away, by reason.");
        ended = meter.CreateCounter<long>("sensorgrid.ingest.station.end", "{connection}", "Connections of stations ended, by why.");
        open = meter.CreateUpDownCounter<long>("sensorgrid.ingest.station.open", "{connection}", "Connections of stations that are open.");
        refills = meter.CreateCounter<long>("sensorgrid.ingest.station.refill", "{request}", "Times a station was asked for readings that are missing here, by whether it can be asked.");
        commands = meter.CreateCounter<long>("sensorgrid.ingest.station.command", "{command}", "Commands to stations that ended or were refused, by how.");
        endsLost = meter.CreateCounter<long>(
            "sensorgrid.ingest.station.command.end.lose", "{command}", "Commands to stations whose end is not on record, because the log did not keep up.");
        doubles = meter.CreateCounter<long>("sensorgrid.ingest.station.double", "{connection}", "Connections on which a station was heard while another one of it was open.");
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    internal void FrameReceived(string protocol) => frames.Add(1, Tag("protocol", protocol));

    internal void FrameBroken(string protocol, string code) => faults.Add(1, Tag("protocol", protocol), Tag("reason", code));

    internal void NoiseDropped(string protocol, long bytes)
    {
        if (bytes > 0)
            noise.Add(bytes, Tag("protocol", protocol));
    }

    internal void ReportKept(string protocol) => kept.Add(1, Tag("protocol", protocol));

    internal void ReportTurnedAway(string protocol, string reason) => notKept.Add(1, Tag("protocol", protocol), Tag("reason", reason));

    internal void Refused(string protocol, string reason) => refused.Add(1, Tag("protocol", protocol), Tag("reason", reason));

    internal void Opened(string protocol) => open.Add(1, Tag("protocol", protocol));

    internal void Ended(string protocol, string why)
    {
        open.Add(-1, Tag("protocol", protocol));
        ended.Add(1, Tag("protocol", protocol), Tag("reason", why));
    }

    internal void RefillAsked(string protocol, bool taken) => refills.Add(1, Tag("protocol", protocol), Tag("outcome", taken ? "asked" : "cannot"));

    internal void HeardTwice(string protocol) => doubles.Add(1, Tag("protocol", protocol));

    internal void CommandEnded(string protocol, string outcome) => commands.Add(1, Tag("protocol", protocol), Tag("outcome", outcome));

    /// <summary>The end of a command could not be put on record.</summary>
    public void CommandEndLost(string protocol) => endsLost.Add(1, Tag("protocol", protocol));

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
