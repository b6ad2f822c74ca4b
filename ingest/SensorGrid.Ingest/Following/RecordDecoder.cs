using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Following;

/// <summary>A payload record to readings: the one way it is done, live at admission and again from the log in recovery, so that both give the
/// same. Any thread may call.</summary>
internal sealed class RecordDecoder(TopicRoutes routes, PayloadFormats formats)
{
    // As many decoders as threads decode at once; each owns buffers of the size of its largest payload.
    private readonly Lock gate = new();
    private readonly Stack<PayloadDecoder> free = new();

    public TopicRoutes Routes => routes;

    /// <summary>Decodes into the batch, which is cleared first.</summary>
    public PayloadOutcome Decode(TopicRoute? route, in ReadOnlySequence<byte> payload, long receivedAtTicks, ReadingBatch into)
    {
        into.Clear();
        if (route is null || !route.Topic.CarriesReadings)
            return default;
        var decoder = Rent();
        try
        {
            return decoder.Decode(route.Topic, payload, receivedAtTicks, route.Datastreams, into);
        }
        finally
        {
            lock (gate)
                free.Push(decoder);
        }
    }

    private PayloadDecoder Rent()
    {
        lock (gate)
            return free.TryPop(out var decoder) ? decoder : new(formats);
    }
}
