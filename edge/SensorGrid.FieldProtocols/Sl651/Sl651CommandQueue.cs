using System.Buffers;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Commands of one connection, one under way at a time: sent, sent again, given up (6.3). Behind them, refills make their queries piece by piece.</summary>
internal sealed class Sl651CommandQueue(Sl651CentreOptions options, Action<Sl651Command, Sl651CommandOutcome>? finished)
{
    private readonly Queue<Sl651Command> waiting = new();
    private readonly Queue<Sl651Refill> refills = new();
    private Sl651Command? current;
    private Sl651StationState? station;
    private Sl651Refill? refilling;
    private int sent;

    /// <summary>When an answer is given up on, or now when something waits.</summary>
    public long DueAtTicks { get; private set; } = long.MaxValue;

    /// <summary>Commands that were given up.</summary>
    public long TimedOut { get; private set; }

    /// <summary>Commands waiting and refills waiting, for tests of the bounds.</summary>
    public (int Commands, int Refills) Waiting => (waiting.Count, refills.Count);

    public bool TryAdd(Sl651Command command, long nowTicks)
    {
        if (waiting.Count >= options.MaxCommands)
            return false;
        waiting.Enqueue(command);
        Wake(nowTicks);
        return true;
    }

    public bool TryAdd(Sl651Refill refill, long nowTicks)
    {
        if (refills.Count >= options.MaxRefills)
            return false;
        refills.Enqueue(refill);
        Wake(nowTicks);
        return true;
    }

    /// <summary>True when the frame answers the command under way.</summary>
    public bool IsAnswer(in Sl651Header header) => current is not null && station!.Address == header.Station && current.Function == header.Function;

    /// <summary>More of the answer is coming: it is awaited anew.</summary>
    public void Prolong(long nowTicks) => DueAtTicks = nowTicks + options.AnswerTimeout.Ticks;

    /// <summary>The answer is durable.</summary>
    public void Answered(long nowTicks)
    {
        End(Sl651CommandOutcome.Answered);
        if (refills.Count > 0 || waiting.Count > 0)
            Wake(nowTicks);
    }

    /// <summary>Sends what is due.</summary>
    /// <returns>True when something was written.</returns>
    public bool Run(Func<string, Sl651StationState?> stations, long nowTicks, IBufferWriter<byte> output)
    {
        if (nowTicks < DueAtTicks)
            return false;
        if (current is not null && sent > options.Resends)
        {
            TimedOut++;
            End(Sl651CommandOutcome.TimedOut);
        }
        while (current is null)
        {
            if (!TryNext(out var next))
            {
                DueAtTicks = long.MaxValue;
                return false;
            }
            (current, station, sent) = (next, stations(next.Station), 0);
            if (station is null)
                End(Sl651CommandOutcome.StationForgotten);
        }
        Send(nowTicks, output);
        return true;
    }

    private bool TryNext(out Sl651Command command)
    {
        if (waiting.TryDequeue(out command!))
            return true;
        while (refills.TryPeek(out var refill))
        {
            if (refill.TryNext(out command!))
            {
                refilling = refill;
                return true;
            }
            refills.Dequeue();
        }
        return false;
    }

    private void Send(long nowTicks, IBufferWriter<byte> output)
    {
        var head = Sl651FrameHead.AnswerTo(station!.Header, Sl651End.Enq) with { Function = current!.Function };
        // A command that the centre begins has the serial 0. The send time is new each time: of 4AH it is the time to set.
        Span<byte> prefix = stackalloc byte[Sl651Layout.AsciiPrefix];
        var begin = Sl651FrameWriter.Prefix(head.Encoding, 0, nowTicks, prefix);
        Span<byte> body = stackalloc byte[begin.Length + current.Content.Length];
        begin.CopyTo(body);
        current.Content.CopyTo(body[begin.Length..]);
        Sl651FrameWriter.Write(output, head, body);
        sent++;
        DueAtTicks = nowTicks + options.AnswerTimeout.Ticks;
    }

    private void End(Sl651CommandOutcome outcome)
    {
        var ended = current!;
        // A piece that got no answer is passed over; a station that gives none at all is not asked for the rest.
        if (refilling?.TellOutcome(outcome) == false)
            refills.Dequeue();
        (current, station, refilling) = (null, null, null);
        DueAtTicks = long.MaxValue;
        finished?.Invoke(ended, outcome);
    }

    private void Wake(long nowTicks)
    {
        if (current is null)
            DueAtTicks = nowTicks;
    }
}
