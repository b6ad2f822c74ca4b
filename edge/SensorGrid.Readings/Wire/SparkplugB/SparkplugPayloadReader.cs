using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Records of Sparkplug B to readings: a payload, and what the host's session knew of it. Knows no session itself, so the same record gives the
/// same readings whenever it is read. A death gives a missing reading of everything that became silent, at its arrival. All or nothing.</summary>
internal sealed class SparkplugPayloadReader : IPayloadReader
{
    // 9999-12-31T23:59:59.999Z.
    private const ulong LastMilliseconds = 253_402_300_799_999;
    private const int Bad = 0, Good = 192;

    private readonly SparkplugReader reader = new();
    private readonly SparkplugNames names = new();
    private readonly SparkplugDefinitions definitions = new();

    /// <inheritdoc/>
    public PayloadOutcome Read(ReadOnlySpan<byte> payload, long receivedAtTicks, GatewayDatastreams gateway, ReadingBatch into)
    {
        var error = reader.Read(payload);
        if (error != SparkplugError.None)
            return new(error == SparkplugError.PayloadTooLarge ? PayloadReason.PayloadTooLarge : PayloadReason.Sparkplug, reader.ErrorPosition, default);
        var resolution = reader.ResolutionOf(payload);
        if (!reader.HasResolution)
            return new(PayloadReason.SparkplugUnresolved, 0, default);
        if (!definitions.TryRead(resolution, out var type, out var device))
            return new(PayloadReason.Sparkplug, payload.Length - resolution.Length, default);
        long arrival = receivedAtTicks - receivedAtTicks % TimeSpan.TicksPerMicrosecond;
        var counters = default(PayloadCounters);
        switch (type)
        {
            case SparkplugMessageType.NodeBirth or SparkplugMessageType.NodeData or SparkplugMessageType.DeviceBirth or SparkplugMessageType.DeviceData:
                // All of them, or of a message in several records those of this one.
                if (definitions.First is { } first
                    ? definitions.Count == 0 || first > reader.Metrics.Length - definitions.Count
                    : definitions.Count > 0 && definitions.Count != reader.Metrics.Length)
                    return new(PayloadReason.Sparkplug, payload.Length - resolution.Length, default);
                AddMetrics(reader.Body(payload), resolution, device, arrival, gateway, into, ref counters);
                break;
            case SparkplugMessageType.NodeDeath or SparkplugMessageType.DeviceDeath:
                AddSilence(resolution, device, arrival, gateway, into, ref counters);
                break;
        }
        counters.Readings = into.Count;
        return new(PayloadReason.None, 0, counters);
    }

    private void AddMetrics(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> resolution, ReadOnlySpan<byte> device, long arrival, GatewayDatastreams gateway,
        ReadingBatch into, ref PayloadCounters counters)
    {
        bool isDefined = definitions.Count > 0;
        // A device with a colon in it is never said as it is.
        bool isPlainDevice = !device.Contains((byte)':');
        int first = definitions.First ?? 0;
        var metrics = isDefined ? reader.Metrics.Slice(first, definitions.Count) : reader.Metrics;
        for (int i = 0; i < metrics.Length; i++)
        {
            ref readonly var metric = ref metrics[i];
            counters.Records++;
            var defined = isDefined ? definitions[i] : default;
            var name = defined.NameLength == 0 ? metric.NameIn(body) : defined.NameIn(resolution);
            if (SparkplugCommands.IsControl(name))
                continue;
            var datatype = defined.Datatype != SparkplugDatatype.Unknown ? defined.Datatype : metric.Datatype;
            var problem = metric.ProblemAs(datatype);
            bool isText = metric.Field == SparkplugField.String;
            if (name.IsEmpty || problem is not (SparkplugProblem.None or SparkplugProblem.Null) || (isText && metric.ValueLength > SparkplugLimits.Text))
            {
                counters.FrameProblems++;
                continue;
            }
            if (!TryFind(device, isPlainDevice, name, gateway, out var datastream))
            {
                counters.DatastreamLimit++;
                continue;
            }
            var quality = problem == SparkplugProblem.Null ? Quality.Missing : QualityOf(metric);
            long ticks = TicksOf(metric, arrival, ref quality, ref counters);
            var flags = metric.IsHistorical ? ReadingFlags.Backlog : ReadingFlags.None;
            into.Add(problem == SparkplugProblem.Null ? new(datastream, ticks, double.NaN, Quality: quality, Unit: UnitRegistry.None, Flags: flags)
                : isText ? new(datastream, ticks, into.AddText(metric.BytesIn(body)), 0, ReadingKind.Text, quality, UnitRegistry.None, flags)
                : new(datastream, ticks, metric.NumberAs(datatype), 0, metric.Field == SparkplugField.Boolean ? ReadingKind.Boolean : ReadingKind.Number, quality,
                    UnitRegistry.None, flags));
        }
    }

    // Nearly always the one that followed last time, under the name that was sent: then nothing is copied, and its signs need not be looked at, for a datastream has it.
    // With a colon of its own a name is changed, so it may not be taken for the datastream of a device.
    private bool TryFind(ReadOnlySpan<byte> device, bool isPlainDevice, ReadOnlySpan<byte> name, GatewayDatastreams gateway, out DatastreamIndex datastream) =>
        (isPlainDevice && gateway.TryFollowNext(device, device.IsEmpty ? default : ":"u8, name, out datastream) && !name.Contains((byte)':'))
            || gateway.TryResolve(names.DatastreamOf(device, name), out datastream);

    private void AddSilence(
        ReadOnlySpan<byte> resolution, ReadOnlySpan<byte> device, long arrival, GatewayDatastreams gateway, ReadingBatch into,
        ref PayloadCounters counters)
    {
        for (int i = 0; i < definitions.Count; i++)
        {
            var defined = definitions[i];
            counters.Records++;
            var name = defined.NameIn(resolution);
            if (name.IsEmpty || SparkplugCommands.IsControl(name))
                continue;
            if (!gateway.TryResolve(names.DatastreamOf(defined.DeviceLength == 0 ? device : defined.DeviceIn(resolution), name), out var datastream))
            {
                counters.DatastreamLimit++;
                continue;
            }
            counters.RelativeTimes++;
            into.Add(new(datastream, arrival, double.NaN, Quality: Quality.Missing, Unit: UnitRegistry.None));
        }
    }

    // Its own time, else the payload's, else that of arrival. A time that no calendar has is none, and the value is not quite to be trusted.
    private long TicksOf(in SparkplugMetric metric, long arrival, ref Quality quality, ref PayloadCounters counters)
    {
        ulong? milliseconds = metric.HasTimestamp ? metric.Timestamp : reader.Timestamp;
        if (milliseconds is <= LastMilliseconds)
            return DateTime.UnixEpoch.Ticks + (long)milliseconds.Value * TimeSpan.TicksPerMillisecond;
        if (milliseconds is not null && quality == Quality.Good)
            quality = Quality.Suspect;
        counters.RelativeTimes++;
        return arrival;
    }

    private static Quality QualityOf(in SparkplugMetric metric) => !metric.HasQuality ? Quality.Good : metric.Quality switch
    {
        Good => Quality.Good,
        Bad => Quality.Bad,
        // 500 is stale; what else senders put here is no good quality either.
        _ => Quality.Suspect,
    };
}
