namespace SensorGrid.Storage.LineProtocol;

/// <summary>What one external store has taken and what it lacks. Written by its follower, read by status, health and counters.</summary>
public sealed class ExternalStoreState
{
    private readonly long[] failedRequests = new long[(int)StoreVerdict.Misconfigured + 1];
    private long accepted;
    private long retried;
    private long dead;
    private long expired;
    private long textsLeftOut;
    private long valuesLeftOut;
    private long recordsLost;
    private long deadLetterBytes;
    private long acceptedAtTicks;
    private volatile string? problem;

    internal ExternalStoreState(ExternalStoreOptions options, Uri address) =>
        (Name, Kind, Address) = (options.EffectiveName, options.Kind!.Value, address.GetLeftPart(UriPartial.Path));

    /// <summary>Name of the store.</summary>
    public string Name { get; }

    /// <summary>Whose interface it speaks.</summary>
    public ExternalStoreKind Kind { get; }

    /// <summary>Where it is; holds no secret.</summary>
    public string Address { get; }

    /// <summary>Durable log records whose readings it does not have yet.</summary>
    public Func<long> Lag { get; set; } = () => 0;

    /// <summary>Points it took.</summary>
    public long Accepted => Volatile.Read(ref accepted);

    /// <summary>Points that were sent once more because of a failure that passes.</summary>
    public long Retried => Volatile.Read(ref retried);

    /// <summary>Points that went to the dead letters.</summary>
    public long Dead => Volatile.Read(ref dead);

    /// <summary>Points it did not keep, because they are older than it keeps anything.</summary>
    public long Expired => Volatile.Read(ref expired);

    /// <summary>Texts that were not written, because it keeps numbers only.</summary>
    public long TextsLeftOut => Volatile.Read(ref textsLeftOut);

    /// <summary>Values that were not written, because they are not finite numbers.</summary>
    public long ValuesLeftOut => Volatile.Read(ref valuesLeftOut);

    /// <summary>Log records it never got, because the log had to be trimmed before it was there again.</summary>
    public long RecordsLost => Volatile.Read(ref recordsLost);

    /// <summary>Disk space of its dead letters.</summary>
    public long DeadLetterBytes => Volatile.Read(ref deadLetterBytes);

    /// <summary>When it last took something.</summary>
    public DateTimeOffset? AcceptedAt => Volatile.Read(ref acceptedAtTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>What is wrong now and what would change it, or null.</summary>
    public string? Problem => problem;

    /// <summary>Requests that were not accepted, by reason.</summary>
    public IEnumerable<(string Reason, long Count)> FailedRequests =>
        from verdict in Enum.GetValues<StoreVerdict>()
        where verdict != StoreVerdict.Accepted
        select (ReasonOf(verdict), Volatile.Read(ref failedRequests[(int)verdict]));

    internal static string ReasonOf(StoreVerdict verdict) => verdict switch
    {
        StoreVerdict.LinesRefused => "lines_refused",
        StoreVerdict.TooLarge => "too_large",
        _ => verdict.ToString().ToLowerInvariant(),
    };

    internal void PointsAccepted(long count, long ofThemExpired, DateTimeOffset now)
    {
        Interlocked.Add(ref accepted, count - ofThemExpired);
        Interlocked.Add(ref expired, ofThemExpired);
        Volatile.Write(ref acceptedAtTicks, now.UtcTicks);
    }

    internal void RequestFailed(StoreVerdict verdict) => Interlocked.Increment(ref failedRequests[(int)verdict]);

    internal void PointsRetried(int count) => Interlocked.Add(ref retried, count);

    internal void PointsDead(int count) => Interlocked.Add(ref dead, count);

    internal void LeftOut(LineRemarks remarks)
    {
        if (remarks == LineRemarks.TextLeftOut)
            Interlocked.Increment(ref textsLeftOut);
        else if (remarks == LineRemarks.ValueLeftOut)
            Interlocked.Increment(ref valuesLeftOut);
    }

    internal void DeadLettersTake(long bytes) => Volatile.Write(ref deadLetterBytes, bytes);

    internal void SetProblem(string? now) => problem = now;

    /// <summary>Says that log records were trimmed away before the store had them.</summary>
    public void RecordsTrimmed(long count) => Interlocked.Add(ref recordsLost, count);
}
