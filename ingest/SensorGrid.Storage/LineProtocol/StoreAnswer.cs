namespace SensorGrid.Storage.LineProtocol;

/// <summary>What came of one request to an external store.</summary>
/// <param name="Verdict">What it means for the lines.</param>
/// <param name="Reason">What and why, for people; without secrets.</param>
/// <param name="RetryAfter">How long the store asks to be left alone.</param>
/// <param name="Expired">Lines among the accepted ones that the store did not keep, because they are older than it keeps anything.</param>
internal readonly record struct StoreAnswer(StoreVerdict Verdict, string Reason, TimeSpan? RetryAfter = null, long Expired = 0);

/// <summary>What an answer means for the lines sent. The names are the reasons in counters.</summary>
internal enum StoreVerdict
{
    /// <summary>The store has them.</summary>
    Accepted = 1,

    /// <summary>Some of them, perhaps all, can never be taken; others may have been.</summary>
    LinesRefused,

    /// <summary>They are too many bytes in one request.</summary>
    TooLarge,

    /// <summary>The store has no time now.</summary>
    Busy,

    /// <summary>The store does not answer, or answers that it is broken.</summary>
    Unavailable,

    /// <summary>A person must change something: token, bucket, database, address.</summary>
    Misconfigured,
}
