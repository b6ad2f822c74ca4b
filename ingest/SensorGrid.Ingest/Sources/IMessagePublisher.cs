namespace SensorGrid.Ingest.Sources;

/// <summary>A message of our own to subscribers: JSON with QoS 1, unless it says otherwise.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Payload">JSON, or empty: takes the retained message back.</param>
/// <param name="Retain">Whoever subscribes later gets it too.</param>
public sealed record PublishedMessage(string Topic, ReadOnlyMemory<byte> Payload, bool Retain)
{
    /// <summary>User property <c>position</c> (MQTT 5), for whoever routes without reading the payload; null: none.</summary>
    public long? Position { get; init; }

    /// <summary>QoS 0: whoever is not there to get it shall not get it later. Then <see cref="PublishOutcome.Published"/> promises nothing.</summary>
    public bool AtMostOnce { get; init; }

    /// <summary>The payload is not text.</summary>
    public bool IsBinary { get; init; }
}

/// <summary>What became of messages of our own.</summary>
public enum PublishOutcome
{
    /// <summary>They are where a crash of ours does not reach them: in the session store, or acknowledged by somebody else's broker.</summary>
    Published = 1,

    /// <summary>Published, but there is no room to retain all that should be: <c>Mqtt:Sessions:MaxRetainedAlarms</c>, <c>MaxRetainedAlarmBytes</c>.</summary>
    NotRetained,

    /// <summary>Perhaps none of them, perhaps some: publish all of them again later. <see cref="IMessagePublisher.Trouble"/> says why.</summary>
    Unavailable,
}

/// <summary>Our own way to subscribers: the embedded broker, or somebody else's.</summary>
public interface IMessagePublisher
{
    /// <summary>Why nothing can be published now, for people; null when nothing is known against it.</summary>
    string? Trouble { get; }

    /// <summary>Changes when what was retained earlier may be gone.</summary>
    int RetainedEpoch { get; }

    /// <summary>Topics below a filter that have a retained message, as far as that is known here: nothing is of somebody else's broker.</summary>
    IReadOnlyList<string> RetainedTopics(string filter);

    /// <summary>Publishes in this order, at least once, and returns when that is certain, or when it is known not to be.</summary>
    Task<PublishOutcome> PublishAsync(IReadOnlyList<PublishedMessage> messages, CancellationToken cancellationToken);
}
