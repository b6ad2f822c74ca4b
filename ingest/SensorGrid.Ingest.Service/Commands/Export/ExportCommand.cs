using System.IO.Enumeration;
using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Commands.Export;

/// <summary><c>export</c>: the readings of one or many datastreams in a range of time, datastream by datastream, oldest first.</summary>
/// <param name="source">Where from.</param>
/// <param name="target">Where to.</param>
/// <param name="progress">Told how far it is.</param>
internal sealed class ExportCommand(IExportSource source, ExportTarget target, TextWriter progress)
{
    private const long ProgressEvery = 1_000_000;

    private long readings;
    private int unreadable;

    /// <param name="pattern">A datastream's id, or a pattern with <c>*</c> and <c>?</c>.</param>
    /// <param name="from">Start, inclusive.</param>
    /// <param name="to">End, exclusive.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The exit code: 1 when files could not be read, so that readings are missing.</returns>
    /// <exception cref="StartException">No datastream has such a name.</exception>
    public async Task<int> RunAsync(string pattern, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var all = await source.ListAsync(cancellationToken);
        string[] chosen = [.. all.Where(id => FileSystemName.MatchesSimpleExpression(Escaped(pattern), id, ignoreCase: false)).Order(StringComparer.Ordinal)];
        if (chosen.Length == 0)
        {
            throw new StartException($"None of the {all.Count} datastreams of {source.Name} is called {pattern}. "
                + "Names are gateway/name; * stands for any text, ? for one character. /api/v1/datastreams of the service lists them.");
        }
        for (int i = 0; i < chosen.Length; i++)
        {
            await CopyAsync(chosen[i], from, to, cancellationToken);
            progress.WriteLine($"{i + 1} of {chosen.Length} datastreams, {readings} readings: {chosen[i]}");
        }
        target.Complete(cancellationToken);
        if (unreadable > 0)
            progress.WriteLine($"{unreadable} files could not be read; their readings are missing. The service's log names them; put them back from a backup.");
        return unreadable > 0 ? 1 : 0;
    }

    private async Task CopyAsync(string datastream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        int worst = 0;
        while (from < to)
        {
            var page = await source.ReadAsync(datastream, from, to, cancellationToken);
            foreach (var reading in page.Readings)
            {
                target.Add(reading);
                if (++readings % ProgressEvery == 0)
                    progress.WriteLine($"{readings} readings");
            }
            worst = Math.Max(worst, page.UnreadableFiles);
            if (!page.HasMore)
                break;
            // One reading per instant: the next page begins one tick after the last of this one.
            from = page.Readings[^1].ObservedAt.AddTicks(1);
        }
        unreadable += worst;
    }

    // Backslashes would escape what follows, and no id needs that.
    private static string Escaped(string pattern) => pattern.Replace("\\", "\\\\", StringComparison.Ordinal);
}
