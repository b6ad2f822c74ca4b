namespace SensorGrid.Ingest.Sources;

/// <summary>The way back: a command to a gateway, on its topic <c>…/commands</c>, at least once.</summary>
public interface IGatewayCommands
{
    /// <summary>Puts the command into the log, then hands it on.</summary>
    /// <param name="domain">Domain of the gateway.</param>
    /// <param name="gateway">Gateway id.</param>
    /// <param name="payload">The command.</param>
    /// <param name="principal">Who gave it; stands on the log record.</param>
    /// <param name="cancellationToken">Stops waiting for a broker; what is in the log stays there.</param>
    Task<GatewayCommandOutcome> PublishAsync(
        string domain, string gateway, ReadOnlyMemory<byte> payload, string principal, CancellationToken cancellationToken);
}
