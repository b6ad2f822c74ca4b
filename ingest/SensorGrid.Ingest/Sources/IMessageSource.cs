namespace SensorGrid.Ingest.Sources;

/// <summary>Where messages come in: the embedded broker, or a client of somebody else's. Hands every message to an
/// <see cref="IMessageSink"/> and acknowledges it to the sender only as the answer allows.</summary>
public interface IMessageSource : IGatewayCommands
{
    /// <summary>Name that stands on log records, e.g. <c>mqtt</c>.</summary>
    string Name { get; }

    /// <summary>What an operator should know of it now.</summary>
    MessageSourceState State { get; }

    /// <summary>Starts taking messages.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Takes no more messages and lets go of the peers. What was not acknowledged stays theirs to send again.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
