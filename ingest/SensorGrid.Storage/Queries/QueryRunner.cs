using System.Collections.Concurrent;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using SensorGrid.Storage.Hot;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Queries;

/// <summary>Runs a query over the hot generations and the files it needs, a bounded number at once, each on its own connection. A
/// file that cannot be read is named in the answer and the rest is still answered.</summary>
internal sealed class QueryRunner(
    DuckDatabase database, HotTable hot, SealedFiles files, ParquetFolder folder, FileFaults faults, StorageOptions options, StorageMetrics metrics)
    : IDisposable
{
    private readonly QuerySlots slots = new(options.ConcurrentQueries, options.WaitingQueries, metrics);
    private readonly ConcurrentBag<DuckDBConnection> idle = [];

    /// <param name="filter">Which rows.</param>
    /// <param name="rollup">Kind of rollup to choose files of, too.</param>
    /// <param name="execute">Makes the answer; called again without them when files turn out unreadable.</param>
    /// <param name="cancellationToken">Interrupts the query.</param>
    public async Task<(T Answer, IReadOnlyList<UnreadableFile> Unreadable)> RunAsync<T>(
        SourceFilter filter, FileKind? rollup, Func<QuerySession, T> execute, CancellationToken cancellationToken)
    {
        await slots.EnterAsync(cancellationToken);
        try
        {
            // DuckDB blocks its caller; the thread pool's thread is held for the length of the query, at most ConcurrentQueries of them.
            return await Task.Run(() => Run(filter, rollup, execute, cancellationToken), cancellationToken);
        }
        finally
        {
            slots.Leave();
        }
    }

    public void Dispose()
    {
        slots.Dispose();
        while (idle.TryTake(out var connection))
            connection.Dispose();
    }

    private (T, IReadOnlyList<UnreadableFile>) Run<T>(
        SourceFilter filter, FileKind? rollup, Func<QuerySession, T> execute, CancellationToken cancellationToken)
    {
        // Hot first, then files: a seal adds its file before it drops its generation, so no row is in neither. Rows seen in both
        // have the same sequence number and are taken once.
        var generations = hot.EnterAll();
        var (chosen, closedDays) = files.Enter(filter, rollup);
        try
        {
            var unreadable = new Dictionary<SealedFile, string>();
            foreach (var file in chosen)
            {
                if (faults.WhyUnreadable(file) is { } reason)
                    unreadable.Add(file, reason);
            }
            try
            {
                return (Execute(), Named());
            }
            catch (DuckDBException e)
            {
                int before = unreadable.Count;
                foreach (var file in chosen.Where(file => !unreadable.ContainsKey(file)).ToList())
                {
                    if (WhyBroken(file, filter, cancellationToken) is { } reason)
                        unreadable.Add(file, reason);
                }
                if (unreadable.Count == before)
                    throw new ReadingStoreException($"A query failed, and no file is to blame: {e.Message}", e);
                return (Execute(), Named());
            }

            T Execute() => OnConnection(connection => execute(
                new(connection, generations, chosen.FindAll(file => !unreadable.ContainsKey(file)), [.. unreadable.Keys], closedDays, folder, cancellationToken)));

            List<UnreadableFile> Named() => [.. unreadable.Select(pair => new UnreadableFile(folder.FullPath(pair.Key.Name), pair.Value))];
        }
        finally
        {
            generations.ForEach(generation => generation.Use.Leave());
            chosen.ForEach(file => file.Use.Leave());
        }
    }

    private T OnConnection<T>(Func<DuckDBConnection, T> use)
    {
        if (!idle.TryTake(out var connection))
            connection = database.Connect();
        try
        {
            var answer = use(connection);
            idle.Add(connection);
            return answer;
        }
        catch
        {
            // Whatever state it is in, the next query gets a fresh one.
            connection.Dispose();
            throw;
        }
    }

    // Reads what a query would read of this one file.
    private string? WhyBroken(SealedFile file, SourceFilter filter, CancellationToken cancellationToken)
    {
        string path = folder.FullPath(file.Name);
        string rows = file.Kind == FileKind.Readings ? ParquetSchema.SelectFiles([path], filter) : $"SELECT * FROM read_parquet({DuckDatabase.Quote(path)})";
        try
        {
            OnConnection(connection => DuckDatabase.ReadAll(
                connection, $"SELECT count(*), bit_xor(hash(f)) FROM ({rows}) f", static row => row.GetInt64(0), cancellationToken));
            return null;
        }
        catch (DuckDBException e) when (e.ErrorType != DuckDBErrorType.OutOfMemory || faults.IsDamaged(file))
        {
            // Memory may really be short just now; then a file that is as it was written is not to blame.
            return faults.Blame(file, e.Message);
        }
    }
}
