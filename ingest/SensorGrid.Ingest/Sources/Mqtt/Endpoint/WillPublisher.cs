using System.Buffers;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Publishes the wills that are due, one after the other: the same rules and the same log as for any message of the client. A will leaves
/// the session store only when it is in the log, so a crash in between repeats it.</summary>
internal sealed class WillPublisher(MqttEndpoint endpoint)
{
    private readonly Lock gate = new();
    private readonly MatchList matches = new();
    private Task running = Task.CompletedTask;

    /// <summary>The round that is under way; fails only when the program is wrong.</summary>
    public Task Running { get { lock (gate) return running; } }

    /// <summary>Begins a round unless one is under way.</summary>
    public void Start(CancellationToken stopping)
    {
        lock (gate)
        {
            if (running.IsCompleted)
                running = PublishAsync(stopping);
        }
    }

    private async Task PublishAsync(CancellationToken stopping)
    {
        try
        {
            foreach (var will in endpoint.Sessions.TakeDueWills())
                await PublishAsync(will, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // As told: what was not published stays in the store.
        }
    }

    private async Task PublishAsync(PendingWill will, CancellationToken stopping)
    {
        var message = MqttMessages.OfDueWill(will.Message, endpoint.Clock.NowTicks);
        var principal = endpoint.Access.PrincipalOf(will.ClientId);
        var decision = endpoint.Access.Publish(principal, message.Topic);
        if (decision.Destination == MqttDestination.None)
            endpoint.Metrics.MessageRejected(MqttEndpointSource.SourceName, decision.Word);
        bool taken = true;
        if (decision.ToLog)
        {
            var (kind, durable) = await endpoint.AdmitAndWaitAsync(
                new IncomingMessage
                {
                    Source = MqttEndpointSource.SourceName,
                    Principal = principal.ClientId,
                    BoundGateway = principal.BoundGateway,
                    Topic = message.Topic,
                    Payload = new ReadOnlySequence<byte>(message.Payload),
                },
                stopping);
            taken = durable;
            // The log cannot take it now: the store keeps it for the next start.
            if (!taken && kind != AdmissionTicketKind.NotAllowed)
                return;
        }
        if (taken && decision.ToClients)
            endpoint.Router.Forward(message, endpoint.Sessions.Find(will.ClientId), matches);
        endpoint.Sessions.WillPublished(will);
    }
}
