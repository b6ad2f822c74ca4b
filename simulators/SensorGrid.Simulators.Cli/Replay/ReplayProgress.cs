namespace SensorGrid.Simulators.Cli.Replay;

/// <summary>How far a replay has come.</summary>
/// <param name="Total">Readings in all.</param>
/// <param name="Kept">Readings handed to the outboxes.</param>
/// <param name="Acknowledged">Readings the centre has acknowledged.</param>
/// <param name="Messages">Messages acknowledged.</param>
/// <param name="SetAside">Readings refused by the centre for what they hold.</param>
/// <param name="RecordedAt">Recorded time of the last reading handed over.</param>
/// <param name="Trouble">Why nothing moves, when a gateway has no connection; otherwise empty.</param>
internal sealed record ReplayProgress(
    long Total, long Kept, long Acknowledged, long Messages, long SetAside, DateTimeOffset RecordedAt, string Trouble);

/// <summary>How a replay ended.</summary>
internal enum ReplayEnding
{
    /// <summary>Every reading was acknowledged.</summary>
    AllAcknowledged = 0,

    /// <summary>The centre refused some for what they hold; the others were acknowledged.</summary>
    SomeSetAside = 1,

    /// <summary>No acknowledgement came for too long.</summary>
    NotAcknowledged = 3,

    /// <summary>It was interrupted.</summary>
    Interrupted = 130,
}
