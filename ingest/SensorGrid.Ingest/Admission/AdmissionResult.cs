using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Admission;

/// <summary>What became of a message, and why.</summary>
/// <param name="Outcome">What.</param>
/// <param name="PayloadReason">Why the payload cannot be read.</param>
/// <param name="PayloadPosition">Byte at which it was refused.</param>
/// <param name="NotAllowedReason">Why it is not allowed.</param>
/// <param name="Sequence">Its number in the log; 0 when it is not there.</param>
/// <param name="UnusedItems">Items of a good frame that cannot be read.</param>
public readonly record struct AdmissionResult(
    AdmissionOutcome Outcome,
    PayloadReason PayloadReason = PayloadReason.None,
    int PayloadPosition = 0,
    NotAllowedReason NotAllowedReason = NotAllowedReason.None,
    long Sequence = 0,
    int UnusedItems = 0)
{
    /// <summary>On disk and read.</summary>
    public static AdmissionResult Accepted(long sequence, int unusedItems = 0) => new(AdmissionOutcome.Accepted, Sequence: sequence, UnusedItems: unusedItems);

    /// <summary>On disk as it came.</summary>
    public static AdmissionResult Unreadable(PayloadReason reason, int position, long sequence) =>
        new(AdmissionOutcome.PayloadUnreadable, reason, position, Sequence: sequence);

    /// <summary>Refused before the log.</summary>
    public static AdmissionResult NotAllowed(NotAllowedReason reason) => new(AdmissionOutcome.NotAllowed, NotAllowedReason: reason);

    /// <summary>Not on disk.</summary>
    public static AdmissionResult Unavailable { get; } = new(AdmissionOutcome.Unavailable);

    /// <summary>The reason as counters, logs and the API say it; "none" when there is none.</summary>
    public string ReasonWord => Outcome == AdmissionOutcome.NotAllowed ? NotAllowedReason.ToWord() : PayloadReason.ToWord();
}
