using System.Buffers;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.Simulators.FieldTools.Desk;

/// <summary>One line of a desk: a connection, or the address that datagrams come from.</summary>
internal sealed class CentrePeer(string name, FieldCentre centre, Func<ReadOnlyMemory<byte>, ValueTask> send)
{
    // As many stations as a large relay carries; further ones are answered and cannot be commanded by their name.
    private const int MostStations = 256;

    private readonly HashSet<string> stations = new(StringComparer.Ordinal);

    public string Name => name;

    public IEnumerable<string> Stations => stations;

    public long HeardAtTicks { get; set; }

    public long DueAtTicks => centre.Session.DueAtTicks;

    public IStationCommands Commands => centre.Commands;

    private ArrayBufferWriter<byte> Output { get; } = new();

    public bool Knows(string station) => stations.Contains(station);

    /// <summary>Takes a frame; whatever is to be kept counts as kept, for this is a desk and no store.</summary>
    /// <returns>False when the session wants the line closed.</returns>
    public async ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> frame, FrameTrace trace, long nowTicks)
    {
        var session = centre.Session;
        var wish = session.Take(frame.Span, nowTicks, Output);
        HeardAtTicks = nowTicks;
        if (session.Station.Length > 0 && stations.Count < MostStations)
            stations.Add(session.Station);
        if (wish.HasFlag(FieldSessionWish.Keep))
            wish |= session.Kept(true, nowTicks, Output);
        await FlushAsync(trace);
        TellEnds(trace);
        return !wish.HasFlag(FieldSessionWish.Close);
    }

    public async ValueTask<bool> TickAsync(FrameTrace trace, long nowTicks)
    {
        var wish = centre.Session.Tick(nowTicks, Output);
        await FlushAsync(trace);
        TellEnds(trace);
        return !wish.HasFlag(FieldSessionWish.Close);
    }

    private async ValueTask FlushAsync(FrameTrace trace)
    {
        if (Output.WrittenCount == 0)
            return;
        trace.Frames(true, name, Output.WrittenSpan);
        try
        {
            await send(Output.WrittenMemory);
        }
        finally
        {
            Output.ResetWrittenCount();
        }
    }

    private void TellEnds(FrameTrace trace)
    {
        while (centre.Commands.TryTakeEnd(out var end))
            trace.Note('=', $"{name} command {end.Ticket}: {end.Outcome}{(end.Detail is null ? "" : $" ({end.Detail})")}");
    }
}
