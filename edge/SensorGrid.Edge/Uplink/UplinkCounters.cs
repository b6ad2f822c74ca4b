namespace SensorGrid.Edge.Uplink;

/// <summary>What an uplink has done since it was made. Read while it runs.</summary>
public sealed class UplinkCounters
{
    private long connections;
    private long messagesPublished;
    private long messagesAcknowledged;
    private long readingsAcknowledged;
    private long messagesSetAside;
    private long readingsSetAside;

    /// <summary>Connections that stood.</summary>
    public long Connections => Interlocked.Read(ref connections);

    /// <summary>Messages handed to a connection, repeats included.</summary>
    public long MessagesPublished => Interlocked.Read(ref messagesPublished);

    /// <summary>Messages acknowledged.</summary>
    public long MessagesAcknowledged => Interlocked.Read(ref messagesAcknowledged);

    /// <summary>Readings in acknowledged messages.</summary>
    public long ReadingsAcknowledged => Interlocked.Read(ref readingsAcknowledged);

    /// <summary>Messages refused for what they hold, moved to the dead letters.</summary>
    public long MessagesSetAside => Interlocked.Read(ref messagesSetAside);

    /// <summary>Readings in those.</summary>
    public long ReadingsSetAside => Interlocked.Read(ref readingsSetAside);

    internal void Connected() => Interlocked.Increment(ref connections);

    internal void Published() => Interlocked.Increment(ref messagesPublished);

    internal void Acknowledged(int readings)
    {
        Interlocked.Increment(ref messagesAcknowledged);
        Interlocked.Add(ref readingsAcknowledged, readings);
    }

    internal void SetAside(int readings)
    {
        Interlocked.Increment(ref messagesSetAside);
        Interlocked.Add(ref readingsSetAside, readings);
    }
}
