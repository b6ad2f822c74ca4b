namespace SensorGrid.Ingest.Admission;

/// <summary>Messages of one sender that were refused for one reason, with the newest as a sample. Texts are safe to show.</summary>
/// <param name="Gateway">The gateway the sender is.</param>
/// <param name="Reason">Word of the reason.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstAt">When the first came.</param>
/// <param name="LastAt">When the newest came.</param>
/// <param name="Topic">Topic of the newest.</param>
/// <param name="PayloadStart">Its first bytes, as text or as <c>0x…</c>.</param>
/// <param name="PayloadLength">Its length.</param>
/// <param name="PayloadPosition">Byte at which it was refused.</param>
/// <param name="Sequence">Its number in the log; 0 when it is not kept there.</param>
public sealed record RejectedMessage(
    string Gateway,
    string Reason,
    long Count,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    string Topic,
    string PayloadStart,
    long PayloadLength,
    int PayloadPosition,
    long Sequence);
