using System.Threading.Channels;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Readings;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>Commands to the stations of one connection. Posted by anybody; given to the session, followed and ended where the session is.</summary>
internal sealed class ExchangeCommands(FieldListener listener, IStationCommands commands)
{
    // What waits and what is under way on one connection, of all its stations. A session's own bound is of this size.
    private const int Most = 64;

    private readonly Channel<StationCommandRequest> posted = Channel.CreateBounded<StationCommandRequest>(Most);
    private readonly List<StationCommandRequest> underWay = [];
    private readonly IFieldFrameReader reader = listener.Kit.Format.NewReader();
    private readonly FieldFrame frame = new();

    /// <summary>True when one waits to be given.</summary>
    public bool HasPosted => posted.Reader.TryPeek(out _);

    /// <summary>Completes when one waits to be given, or none will come any more.</summary>
    public Task PostedAsync(CancellationToken cancellationToken) => posted.Reader.WaitToReadAsync(cancellationToken).AsTask();

    /// <summary>Takes one; false when too many wait, or the connection is over.</summary>
    public bool TryPost(StationCommandRequest request) => posted.Writer.TryWrite(request);

    /// <summary>Gives the session what was posted; it goes out at its next tick.</summary>
    public void Give()
    {
        while (posted.Reader.TryRead(out var request))
        {
            if (underWay.Count == Most)
            {
                End(request, new("too_many", "Too many commands of this connection have not ended; ask again later."));
                continue;
            }
            var answer = commands.Give(request.Station, request.Verb, request.Arguments);
            if (answer.Reason is { } reason)
                End(request, new(reason, answer.Message, answer.Argument));
            else if (answer.Ticket == 0)
                End(request, new("taken", "It is asked for in pieces; what comes is kept like any report."));
            else
            {
                request.Ticket = answer.Ticket;
                underWay.Add(request);
            }
        }
    }

    /// <summary>A station sent something: perhaps what it was asked for.</summary>
    public void Heard(string station, ReadOnlySpan<byte> bytes)
    {
        if (underWay.Count == 0 || !underWay.Exists(request => request.Station == station) || reader.Read(bytes, listener.NowTicks, frame) != default || frame.ReadingCount == 0)
            return;
        var readings = new List<StationAnswerReading>(frame.ReadingCount);
        foreach (ref readonly var reading in frame.Readings)
        {
            bool isText = reading.Kind == ReadingKind.Text;
            readings.Add(new(
                reading.Element.Name, isText || !double.IsFinite(reading.Value) ? null : reading.Value, isText ? frame.GetText(reading) : null, reading.Element.Unit,
                reading.ObservedAtTicks, reading.Quality));
        }
        var answer = new StationAnswer(frame.Function, readings);
        foreach (var request in underWay)
        {
            if (request.Station == station)
                request.Add(answer);
        }
    }

    /// <summary>Tells those whose commands ended.</summary>
    public void TellEnds()
    {
        while (commands.TryTakeEnd(out var end))
        {
            // Of those that the session thought of itself nobody asked.
            int index = underWay.FindIndex(request => request.Ticket == end.Ticket);
            if (index < 0)
                continue;
            var request = underWay[index];
            underWay.RemoveAt(index);
            End(request, new(end.Outcome, end.Detail));
        }
    }

    /// <summary>The connection is over: nothing more is taken, and what has not ended ends so.</summary>
    public void Close()
    {
        posted.Writer.TryComplete();
        while (posted.Reader.TryRead(out var request))
            underWay.Add(request);
        foreach (var request in underWay)
            End(request, new("disconnected", "The connection of the station ended before the command did. It may have been carried out."));
        underWay.Clear();
    }

    private void End(StationCommandRequest request, StationCommandResult how)
    {
        var told = request.WithAnswers(how);
        listener.CommandEnded(request, told);
        request.End(told);
    }
}
