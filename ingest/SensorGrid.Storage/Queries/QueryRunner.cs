using System.Collections.Concurrent;
using System.Security.Cryptography;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Microsoft.Extensions.Logging;
using SensorGrid.Storage.Hot;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Queries;

/// <summary>Runs a query over the hot generations and the sealed files it needs, a bounded number at once, each on its own
/// connection. A file that cannot be read is named in the answer and the rest is still answered.</summary>
internal sealed class QueryRunner(
    DuckDatabase database, HotTable hot, SealedFiles files, ParquetFolder folder, StorageOptions options, StorageMetrics metrics, ILogger logger)
    : IDisposable
{
    private readonly SemaphoreSlim slots = new(options.ConcurrentQueries, options.ConcurrentQueries);
    private readonly ConcurrentBag<DuckDBConnection> idle = [];

    /// <param name="filter">Which rows.</param>
    /// <param name="compose">The query, given the SQL of the rows.</param>
    /// <param name="read">Turns one row of the answer into a value.</param>
    /// <param name="cancellationToken">Interrupts the query.</param>
    public async Task<(List<T> Rows, IReadOnlyList<UnreadableFile> Unreadable)> RunAsync<T>(
        SourceFilter filter, Func<string, string> compose, Func<DuckDBDataReader, T> read, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            // DuckDB blocks its caller; the thread pool's thread is held for the length of the query, at most ConcurrentQueries of them.
            return await Task.Run(() => Run(filter, compose, read, cancellationToken), cancellationToken);
        }
        finally
        {
            slots.Release();
        }
    }

    public void Dispose()
    {
        // A query under way is waited for: its connection would be pulled from under it.
        for (int i = 0; i < options.ConcurrentQueries; i++)
            slots.Wait();
        while (idle.TryTake(out var connection))
            connection.Dispose();
    }

    /// <summary>Looks, at start, whether the listed files are there with the size they were sealed with.</summary>
    public void CheckPresence()
    {
        foreach (var file in files.ToList())
        {
            string path = folder.FullPath(file.Name);
            var found = new FileInfo(path);
            if (!found.Exists || found.Length != file.Bytes)
                Blame(file, path, $"{(found.Exists ? found.Length : 0)} of {file.Bytes} bytes are there");
        }
    }

    private (List<T>, IReadOnlyList<UnreadableFile>) Run<T>(
        SourceFilter filter, Func<string, string> compose, Func<DuckDBDataReader, T> read, CancellationToken cancellationToken)
    {
        // Hot first, then files: a seal adds its file before it drops its generation, so no row is in neither. Rows seen in both
        // have the same sequence number and are taken once.
        var generations = hot.EnterAll();
        var chosen = files.Enter(filter.Datastream, filter.FromTicks, filter.ToTicks);
        try
        {
            var unreadable = new List<UnreadableFile>();
            var readable = chosen.FindAll(file => !Skip(file, unreadable));
            try
            {
                return (Execute(generations, readable), unreadable);
            }
            catch (DuckDBException e)
            {
                int blamed = readable.RemoveAll(file => IsBroken(file, filter, unreadable, cancellationToken));
                if (blamed == 0)
                    throw new ReadingStoreException($"A query failed, and no file is to blame: {e.Message}", e);
                return (Execute(generations, readable), unreadable);
            }
        }
        finally
        {
            generations.ForEach(generation => generation.Use.Leave());
            chosen.ForEach(file => file.Use.Leave());
        }

        List<T> Execute(List<HotGeneration> generations, List<SealedFile> readable)
        {
            if (SourceSql(generations, readable, filter) is not { } source)
                return [];
            return OnConnection(compose(source), read, cancellationToken);
        }
    }

    private string? SourceSql(List<HotGeneration> generations, List<SealedFile> readable, SourceFilter filter)
    {
        var parts = generations.ConvertAll(generation => ParquetSchema.SelectHot(generation.TableName, filter));
        if (readable.Count > 0)
            parts.Add(ParquetSchema.SelectFiles(readable.Select(file => folder.FullPath(file.Name)), filter));
        return parts.Count == 0 ? null : string.Join("\nUNION ALL\n", parts);
    }

    private List<T> OnConnection<T>(string sql, Func<DuckDBDataReader, T> read, CancellationToken cancellationToken)
    {
        if (!idle.TryTake(out var connection))
            connection = database.Connect();
        try
        {
            var rows = new List<T>();
            using (var command = connection.CreateCommand())
            {
#pragma warning disable CA2100 // Numbers and quoted paths only.
                command.CommandText = sql;
#pragma warning restore CA2100
                using var interrupt = cancellationToken.Register(command.Cancel);
                cancellationToken.ThrowIfCancellationRequested();
                using var row = command.ExecuteReader();
                while (row.Read())
                    rows.Add(read(row));
            }
            idle.Add(connection);
            return rows;
        }
        catch
        {
            // Whatever state it is in, the next query gets a fresh one.
            connection.Dispose();
            throw;
        }
    }

    private bool Skip(SealedFile file, List<UnreadableFile> unreadable)
    {
        if (files.WhyUnreadable(file) is not { } reason)
            return false;
        unreadable.Add(new(folder.FullPath(file.Name), reason));
        return true;
    }

    // Reads what the query would read of this one file.
    private bool IsBroken(SealedFile file, SourceFilter filter, List<UnreadableFile> unreadable, CancellationToken cancellationToken)
    {
        string path = folder.FullPath(file.Name);
        try
        {
            OnConnection($"SELECT count(*), bit_xor(hash(f)) FROM ({ParquetSchema.SelectFiles([path], filter)}) f", static row => row.GetInt64(0), cancellationToken);
            return false;
        }
        catch (DuckDBException e) when (e.ErrorType != DuckDBErrorType.OutOfMemory || !IsAsSealed(file, path))
        {
            // Memory may really be short just now; then a file that is as it was sealed is not to blame.
            unreadable.Add(new(path, Blame(file, path, e.Message)));
            return true;
        }
    }

    private string Blame(SealedFile file, string path, string error)
    {
        string reason = Explain(file, path, error);
        files.MarkUnreadable(file, reason);
        metrics.FileUnreadable();
        Log.FileUnreadable(logger, path, reason);
        return reason;
    }

    private static bool IsAsSealed(SealedFile file, string path)
    {
        using var bytes = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == file.Sha256;
    }

    private static string Explain(SealedFile file, string path, string error)
    {
        string what;
        try
        {
            what = IsAsSealed(file, path)
                ? $"it is unchanged since it was sealed, but cannot be read ({error})"
                : $"it was changed or damaged since it was sealed ({error})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            what = e is FileNotFoundException or DirectoryNotFoundException ? "it is missing" : e.Message;
        }
        return $"{file.Name}: {what}. The readings of log records {file.FirstSequence} to {file.LastSequence} ({file.Rows} rows) are left out. " +
            "Put the file back from a backup; it is tried again once it has changed.";
    }
}
