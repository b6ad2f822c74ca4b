namespace SensorGrid.Edge.Outbox;

/// <summary>The stretch of the outbox one message stands for. Begins right after the message before it, so that numbers the log left
/// out after a crash are acknowledged with their neighbours.</summary>
/// <param name="First">First sequence number covered.</param>
/// <param name="Last">Last one.</param>
public readonly record struct OutboxRange(long First, long Last);
