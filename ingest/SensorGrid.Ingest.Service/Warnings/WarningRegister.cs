using System.Diagnostics.CodeAnalysis;

namespace SensorGrid.Ingest.Service.Warnings;

/// <summary>What became of a message.</summary>
internal enum WarningOutcome
{
    Taken = 1,

    /// <summary>It is here already: nothing changed.</summary>
    Repeated,

    /// <summary>As many are in force as are kept.</summary>
    Full,
}

/// <summary>The official warnings that are kept, and what they do to each other. Pure: time comes with the log's records. One follower writes it.
/// <code>
/// (state, event)                               → action
/// in-force, an Update references it            → replaced
/// in-force, a Cancel references it             → cancelled
/// in-force, its expires is reached             → expired
/// ended, any of these                          → do nothing: the first end stays
/// not here, an Update or Cancel references it  → kept with that message as unknown; if it comes later it ends at once
/// other status, referenced                     → do nothing: an exercise ends exercises only
/// any, the same message again                  → do nothing
/// </code></summary>
internal sealed class WarningRegister
{
    /// <summary>Most messages kept. A city with its counties has some dozens in force, and some hundreds in a typhoon week.</summary>
    public const int MaxKept = 500;

    public const string UnknownReference = "unknown";
    public const string NoEffect = "none";
    private const string OtherStatus = "other-status";

    private readonly Dictionary<string, OfficialWarning> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OfficialWarning> changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> removed = new(StringComparer.Ordinal);
    private DateTimeOffset nextExpiry = DateTimeOffset.MaxValue;

    /// <param name="warnings">Those that were kept.</param>
    public WarningRegister(IEnumerable<OfficialWarning> warnings)
    {
        foreach (var warning in warnings)
            kept.Add(warning.Id, warning);
        FindNextExpiry();
    }

    public IReadOnlyCollection<OfficialWarning> Kept => kept.Values;

    /// <summary>What came or changed since <see cref="ClearChanges"/>.</summary>
    public IReadOnlyCollection<OfficialWarning> Changed => changed.Values;

    /// <summary>Ids of those that made room since then: let go of before what changed is written, for one of them may have come again.</summary>
    public IReadOnlyCollection<string> Removed => removed;

    /// <summary>Grows with every change.</summary>
    public long Changes { get; private set; }

    public void ClearChanges()
    {
        changed.Clear();
        removed.Clear();
    }

    public bool TryFind(string id, [NotNullWhen(true)] out OfficialWarning? warning) => kept.TryGetValue(id, out warning);

    /// <summary>Takes a message that has come in.</summary>
    public WarningOutcome Take(OfficialWarning warning)
    {
        if (kept.ContainsKey(warning.Id))
            return WarningOutcome.Repeated;
        Put(warning);
        ActOnReferences(warning);
        BeActedOn(warning.Id);
        FindNextExpiry();
        Expire(warning.ReceivedAt);
        // Whatever made something end has made room as well: only one that did nothing yet can find none.
        while (kept.Count > MaxKept)
            Remove(OldestEnded()?.Id ?? warning.Id);
        FindNextExpiry();
        return kept.ContainsKey(warning.Id) ? WarningOutcome.Taken : WarningOutcome.Full;
    }

    /// <summary>Ends those whose time is over.</summary>
    public void Expire(DateTimeOffset now)
    {
        if (now < nextExpiry)
            return;
        foreach (var warning in kept.Values.Where(warning => warning.State == WarningState.InForce && warning.Expires <= now).ToList())
            Put(warning with { State = WarningState.Expired, EndedAt = warning.Expires });
        FindNextExpiry();
    }

    private void ActOnReferences(OfficialWarning warning)
    {
        if (warning.MessageType == "alert")
            return;
        foreach (var reference in warning.References)
        {
            if (reference.Warning != warning.Id && kept.TryGetValue(reference.Warning, out var target))
                Act(kept[warning.Id], target);
        }
    }

    // Messages overtake each other on their way: what ends this one may be here already. A Cancel says more than an Update, and goes first.
    private void BeActedOn(string id)
    {
        foreach (var other in kept.Values.Where(other => other.Id != id && other.MessageType != "alert" && other.References.Any(reference => reference.Warning == id))
            .OrderBy(other => other.MessageType == "cancel" ? 0 : 1).ThenBy(other => other.Sequence).ToList())
            Act(other, kept[id]);
    }

    private void Act(OfficialWarning by, OfficialWarning target)
    {
        string state = by.MessageType == "cancel" ? WarningState.Cancelled : WarningState.Replaced;
        bool acts = by.Status == target.Status;
        Put(by with
        {
            References = [.. by.References.Select(reference => reference.Warning == target.Id ? reference with { Effect = acts ? state : OtherStatus } : reference)],
        });
        if (!acts || target.State != WarningState.InForce)
            return;
        var endedAt = by.ReceivedAt > target.ReceivedAt ? by.ReceivedAt : target.ReceivedAt;
        Put(target with { State = state, EndedAt = endedAt, EndedBy = by.Id });
    }

    private OfficialWarning? OldestEnded() => kept.Values.Where(warning => warning.State != WarningState.InForce)
        .OrderBy(warning => warning.EndedAt).ThenBy(warning => warning.Sequence).FirstOrDefault();

    private void Put(OfficialWarning warning)
    {
        kept[warning.Id] = warning;
        changed[warning.Id] = warning;
        Changes++;
    }

    private void Remove(string id)
    {
        kept.Remove(id);
        changed.Remove(id);
        removed.Add(id);
        Changes++;
    }

    private void FindNextExpiry() => nextExpiry = kept.Values.Where(warning => warning.State == WarningState.InForce).Min(warning => warning.Expires) ?? DateTimeOffset.MaxValue;
}
