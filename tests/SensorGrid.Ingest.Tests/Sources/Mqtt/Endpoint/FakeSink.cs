using System.Text;
using SensorGrid.Ingest.Sources;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>A log whose commits, room and failure a test decides.</summary>
internal sealed class FakeSink : ICommittingSink
{
    private readonly Lock gate = new();
    private readonly List<(string Principal, string Topic, string Payload)> messages = [];
    private readonly List<ICommitListener> listeners = [];
    private long durable;
    private bool failed;
    private int room = int.MaxValue;
    private TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was taken, in order; the first has sequence 1.</summary>
    public IReadOnlyList<(string Principal, string Topic, string Payload)> Messages { get { lock (gate) return [.. messages]; } }

    /// <summary>Answers instead of taking a message; null = it is taken.</summary>
    public Func<IncomingMessage, AdmissionTicket?> Verdict { get; set; } = _ => null;

    /// <summary>Every message is durable at once.</summary>
    public bool CommitsAtOnce { get; set; }

    /// <summary>Times somebody found no room.</summary>
    public int TurnedAway { get; private set; }

    public bool IsAvailable { get { lock (gate) return !failed; } }

    public long DurableSequence { get { lock (gate) return durable; } }

    public int Listeners { get { lock (gate) return listeners.Count; } }

    public AdmissionTicket Admit(in IncomingMessage message)
    {
        AdmissionTicket ticket;
        lock (gate)
        {
            if (failed)
                return new(AdmissionTicketKind.Unavailable, 0, default, 0, default);
            if (room == 0)
            {
                TurnedAway++;
                return new(AdmissionTicketKind.NoRoom, 0, default, 0, default);
            }
            ticket = Verdict(message) ?? new(AdmissionTicketKind.Appended, 0, default, 0, default);
            if (ticket.Kind is not (AdmissionTicketKind.Appended or AdmissionTicketKind.AppendedUnreadable))
                return ticket;
            room--;
            messages.Add((message.Principal, message.Topic, Encoding.UTF8.GetString(message.Payload)));
            ticket = ticket with { Sequence = messages.Count };
        }
        if (CommitsAtOnce)
            Commit(ticket.Sequence);
        return ticket;
    }

    public ValueTask RoomAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return room > 0 || failed ? default : new(opened.Task.WaitAsync(cancellationToken));
    }

    public void Subscribe(ICommitListener listener)
    {
        lock (gate)
            listeners.Add(listener);
    }

    public void Unsubscribe(ICommitListener listener)
    {
        lock (gate)
            listeners.Remove(listener);
    }

    /// <summary>Makes everything up to a sequence durable.</summary>
    public void Commit(long sequence)
    {
        ICommitListener[] told;
        lock (gate)
        {
            durable = Math.Max(durable, sequence);
            told = [.. listeners];
        }
        foreach (var listener in told)
            listener.Committed(sequence);
    }

    /// <summary>Room for so many messages more.</summary>
    public void Leave(int messagesMore)
    {
        lock (gate)
        {
            room = messagesMore;
            if (room == 0)
                return;
            opened.TrySetResult();
            opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Fail()
    {
        ICommitListener[] told;
        lock (gate)
        {
            failed = true;
            opened.TrySetResult();
            told = [.. listeners];
        }
        foreach (var listener in told)
            listener.Failed();
    }
}
