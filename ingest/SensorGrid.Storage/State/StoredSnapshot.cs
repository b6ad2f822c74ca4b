namespace SensorGrid.Storage.State;

/// <summary>A follower's memory as of a sequence number.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Sequence">Everything up to and including this log record is in it.</param>
/// <param name="Bytes">As the follower wrote it.</param>
public sealed record StoredSnapshot(string Name, long Sequence, byte[] Bytes);
