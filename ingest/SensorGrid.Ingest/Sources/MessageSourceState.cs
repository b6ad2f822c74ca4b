namespace SensorGrid.Ingest.Sources;

/// <summary>State of a source.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Connected">True when messages can come in.</param>
/// <param name="Peers">Peers connected: gateways, or 1 for a broker.</param>
/// <param name="Detail">What is wrong and what to do, or null.</param>
public sealed record MessageSourceState(string Name, bool Connected, int Peers, string? Detail);
