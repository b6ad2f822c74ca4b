using System.Threading.Channels;

namespace SensorGrid.Ingest.Service.Alarms;

/// <summary>An alarm's new state on its way to the live streams; made into JSON once for all of them.</summary>
/// <param name="Position">Its position, from which a stream resumes; null for what is no alarm.</param>
/// <param name="Json">What is sent.</param>
/// <param name="Type">Event type.</param>
internal sealed record AlarmEvent(long? Position, byte[] Json, string Type = "alarm");

/// <summary>One live stream's queue. Filled by the rules follower, which never waits for it: when it is full the stream is over.</summary>
internal sealed class AlarmSubscription : IDisposable
{
    private readonly Channel<AlarmEvent> queue;
    private readonly Action<AlarmSubscription> leave;

    public AlarmSubscription(int capacity, long startPosition, Action<AlarmSubscription> leave)
    {
        queue = Channel.CreateBounded<AlarmEvent>(new BoundedChannelOptions(capacity) { SingleReader = true });
        (StartPosition, this.leave) = (startPosition, leave);
    }

    /// <summary>Position of the alarms when the stream began.</summary>
    public long StartPosition { get; }

    /// <summary>What happened between the position asked for and <see cref="StartPosition"/>, one event for each alarm that changed.</summary>
    public IReadOnlyList<AlarmEvent> Missed { get; set; } = [];

    /// <summary>More happened than is told again; the client must ask for the list.</summary>
    public bool MustResync { get; set; }

    public ChannelReader<AlarmEvent> Events => queue.Reader;

    /// <returns>False when the client is too slow; the subscription has then ended.</returns>
    public bool TryOffer(AlarmEvent alarm)
    {
        if (queue.Writer.TryWrite(alarm))
            return true;
        queue.Writer.TryComplete();
        return false;
    }

    public void Dispose()
    {
        queue.Writer.TryComplete();
        leave(this);
    }
}
