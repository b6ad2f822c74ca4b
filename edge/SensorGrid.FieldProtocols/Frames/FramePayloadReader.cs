using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.FieldProtocols.Frames;

/// <summary>Payloads of frames to readings: what "admit" and a replay of the log do with what a listener kept, or a gateway forwarded. The payload must be
/// whole frames, one behind the other, of the station that the topic names.</summary>
/// <param name="scanner">Finds frames.</param>
/// <param name="reader">Reads them.</param>
public sealed class FramePayloadReader(IFrameScanner scanner, IFieldFrameReader reader) : IPayloadReader
{
    private readonly FieldFrame frame = new();

    /// <inheritdoc/>
    public PayloadOutcome Read(ReadOnlySpan<byte> payload, long receivedAtTicks, GatewayDatastreams gateway, ReadingBatch into)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        ArgumentNullException.ThrowIfNull(into);
        if (PositionOfDamage(payload) is { } position)
            return new(PayloadReason.BrokenFrame, position, default);
        var fault = reader.Read(payload, receivedAtTicks, frame);
        if (fault != default)
            return new(PayloadReason.BrokenFrame, fault.Offset, default);
        if (!frame.Station.AsSpan().SequenceEqual(gateway.Gateway))
            return new(PayloadReason.ForeignStation, 0, default);
        var counters = new PayloadCounters { Records = frame.ReadingCount + frame.ProblemCount, FrameProblems = frame.ProblemCount };
        foreach (ref readonly var reading in frame.Readings)
        {
            if (!gateway.TryResolve(reading.Element.NameUtf8.Span, out var datastream))
            {
                counters.DatastreamLimit++;
                continue;
            }
            double value = reading.Kind == ReadingKind.Text ? into.AddText(frame.GetTextUtf8(reading)) : reading.Value;
            into.Add(new(datastream, reading.ObservedAtTicks, value, 0, reading.Kind, reading.Quality, reading.Element.UnitId));
        }
        counters.Readings = into.Count;
        return new(PayloadReason.None, 0, counters);
    }

    // First byte that belongs to no whole frame; null when all do.
    private int? PositionOfDamage(ReadOnlySpan<byte> payload)
    {
        int position = 0;
        do
        {
            var scan = scanner.Scan(payload[position..], isFinal: true);
            if (scan.Outcome != FrameScanOutcome.Frame || scan.Start != 0)
                return position;
            position += scan.Length;
        }
        while (position < payload.Length);
        return null;
    }
}
