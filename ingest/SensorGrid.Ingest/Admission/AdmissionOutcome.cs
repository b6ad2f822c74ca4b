namespace SensorGrid.Ingest.Admission;

/// <summary>What became of a message.</summary>
public enum AdmissionOutcome
{
    /// <summary>On disk and read.</summary>
    Accepted = 1,

    /// <summary>On disk as it came, but it holds no readings we can read. Sending the same bytes again would not help.</summary>
    PayloadUnreadable,

    /// <summary>Refused before the log: this sender may not send this.</summary>
    NotAllowed,

    /// <summary>Not on disk, and nobody knows when it can be: do not acknowledge, close, let the sender keep it.</summary>
    Unavailable,
}
