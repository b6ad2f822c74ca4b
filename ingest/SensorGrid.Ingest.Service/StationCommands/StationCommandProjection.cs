using SensorGrid.Alarms;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Following;
using SensorGrid.ReadingLog;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.StationCommands;

/// <summary>What a batch of log records changes in <see cref="StationCommandTable"/>.</summary>
/// <param name="table">The table.</param>
/// <param name="logger">Diagnostics.</param>
internal sealed class StationCommandProjection(StationCommandTable table, ILogger logger) : ILogProjection
{
    private readonly List<Action<StateTransaction>> changes = [];

    public bool HasChanges => changes.Count > 0;

    public void Begin() => changes.Clear();

    public void Apply(CommittedRecord record)
    {
        if (record.Kind != ReadingLogKind.Command)
            return;
        var (sequence, at, by) = (record.Sequence, record.ReceivedAtTicks, record.Principal);
        switch (record.Topic)
        {
            case AlarmCommands.CommandStation when GivenCommandRecord.TryRead(record.Payload.Span, out var given):
                changes.Add(transaction => table.Give(transaction, sequence, at, by, given));
                break;
            case AlarmCommands.StationCommandEnded when EndedCommandRecord.TryRead(record.Payload.Span, out var ended):
                changes.Add(transaction => StationCommandTable.End(transaction, at, ended));
                break;
            case AlarmCommands.CommandStation or AlarmCommands.StationCommandEnded:
                Log.StationCommandUnreadable(logger, record.Topic, sequence);
                break;
            case AlarmCommands.ServiceStarted:
                changes.Add(transaction => StationCommandTable.Restart(transaction, sequence));
                break;
        }
    }

    public void Write(StateTransaction transaction)
    {
        foreach (var change in changes)
            change(transaction);
    }
}
