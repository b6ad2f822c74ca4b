using SensorGrid.Alarms;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Service.Metrics;
using SensorGrid.Ingest.Service.Warnings.Cap;
using SensorGrid.ReadingLog;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Warnings;

/// <summary>What the rules follower does about official warnings: gives each log record to the register, writes what changed with the follower's
/// own output, and shows it after that. It stands beside the rules: nothing of it reaches them, and nothing of them comes here.</summary>
internal sealed class WarningProjection : ILogProjection
{
    private readonly WarningRegister register;
    private readonly WarningBoard board;
    private readonly ServiceMetrics metrics;
    private readonly Dictionary<string, byte[]> messages = new(StringComparer.Ordinal);
    private long revision;

    /// <param name="kept">What the database has.</param>
    /// <param name="revision">Log record that changed something last.</param>
    /// <param name="board">Where it is shown.</param>
    /// <param name="metrics">Counts messages.</param>
    public WarningProjection(IEnumerable<OfficialWarning> kept, long revision, WarningBoard board, ServiceMetrics metrics)
    {
        register = new(kept);
        (this.revision, this.board, this.metrics) = (revision, board, metrics);
    }

    /// <summary>Log record that changed something last.</summary>
    public long Revision => revision;

    public bool HasChanges => register.Changed.Count > 0 || register.Removed.Count > 0;

    public void Begin()
    {
        register.ClearChanges();
        messages.Clear();
    }

    public void Apply(CommittedRecord record)
    {
        long before = register.Changes;
        var now = new DateTimeOffset(record.ReceivedAtTicks, TimeSpan.Zero);
        register.Expire(now);
        if (record is { Kind: ReadingLogKind.Command, Topic: AlarmCommands.ReceiveWarning })
            Take(record, now);
        if (register.Changes != before)
            revision = record.Sequence;
    }

    public void Write(StateTransaction transaction)
    {
        foreach (string id in register.Removed)
            WarningTables.Delete(transaction, id);
        foreach (var warning in register.Changed)
            WarningTables.Write(transaction, warning, revision, messages.GetValueOrDefault(warning.Id));
    }

    /// <summary>Shows what has been committed.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Publish()
    {
        if (!HasChanges)
            return false;
        board.Publish(register.Kept, revision);
        return true;
    }

    private void Take(CommittedRecord record, DateTimeOffset now)
    {
        // The API looked at it before it went into the log. What an older program let through and this one does not changes nothing.
        if (CapReader.Read(record.Payload).Alert is not { } alert || WarningFactory.NotRelayedBecause(alert) is not null)
        {
            metrics.WarningMessage("unreadable");
            return;
        }
        var warning = WarningFactory.Create(alert, record.Sequence, now, record.Principal);
        var outcome = register.Take(warning);
        if (outcome == WarningOutcome.Taken)
            messages[warning.Id] = record.Payload.ToArray();
        metrics.WarningMessage(outcome switch { WarningOutcome.Taken => "taken", WarningOutcome.Repeated => "repeated", _ => "register_full" });
    }
}
