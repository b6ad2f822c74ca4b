using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Storage;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Commands.Export;

/// <summary>Reads the data folder of a service that is stopped, and holds its lock meanwhile. What a service that was killed had not
/// sealed yet is in the log only, so such a folder is refused rather than exported without its last minutes.</summary>
internal sealed class FolderExportSource : IExportSource
{
    private readonly StateDatabase state;
    private readonly DatastreamTable datastreams = new();
    private readonly ReadingStore store;
    private readonly int pageSize;
    private readonly string folder;

    /// <exception cref="StartException">There is nothing to export, or not all of it is in files.</exception>
    public FolderExportSource(string folder, StorageOptions options, TimeProvider time)
    {
        this.folder = folder;
        if (!File.Exists(Path.Combine(folder, StateDatabase.FileName)))
            throw new StartException($"There is no data in {folder}: {StateDatabase.FileName} is not there. Name the data folder of a service with --data DIR.");
        pageSize = options.MaxReadings;
        state = StateDatabase.Open(folder);
        try
        {
            store = ReadingStore.Open(state, datastreams, options, time, NullLogger.Instance);
            if (UnsealedMessages() is > 0 and var messages)
            {
                throw new StartException($"The last {messages} messages in {folder} are in its log only, because the service was killed. "
                    + "Start the service and export while it runs, or stop it properly and export then.");
            }
        }
        catch
        {
            store?.Dispose();
            state.Dispose();
            throw;
        }
    }

    public string Name => folder;

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Enumerable.Range(0, datastreams.Count).Select(i => datastreams.KeyOf(new(i)).ToString())]);

    public async Task<ExportPage> ReadAsync(string datastream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        if (DatastreamIds.Parse(datastream) is not { } key || !datastreams.TryFind(key, out var index))
            return new([], false, 0);
        var range = await store.ReadAsync(index, from, to, pageSize, newestFirst: false, cancellationToken);
        return new(
            [.. range.Readings.Select(reading => ExportPage.Row(datastream, ReadingView.Of(reading), reading.Unit == UnitRegistry.None ? null : UnitRegistry.NameOf(reading.Unit)))],
            range.Truncated, range.UnreadableFiles.Count);
    }

    public void Dispose()
    {
        store.Dispose();
        state.Dispose();
    }

    private long UnsealedMessages()
    {
        string log = Path.Combine(folder, "log");
        if (!Directory.Exists(log))
            return 0;
        using var reader = ReadingLogReader.Open(log);
        long from = Math.Max(store.CoveredSequence + 1, reader.FirstSequence);
        if (from > reader.LastSequence)
            return 0;
        using var tail = ReadingLogReader.Open(log, from);
        var buffer = new ReadingLogRecordBuffer();
        long messages = 0;
        while (tail.Read(buffer) > 0)
        {
            foreach (ref readonly var record in buffer.Records)
                messages += record.Kind == ReadingLogKind.Payload ? 1 : 0;
        }
        return messages;
    }
}
