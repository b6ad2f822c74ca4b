using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Publishing;

/// <summary>How far alarms have been published, in <c>state.sqlite</c>: the newest transition of each domain, and, under the empty name, of all.</summary>
internal sealed class PublicationTable
{
    private const string Component = "alarm_publication";

    // One entry per version, oldest first. Never edit a released one.
    private static readonly string[] Steps =
        ["CREATE TABLE alarm_publication (domain TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;"];

    private readonly StateDatabase state;

    public PublicationTable(StateDatabase state)
    {
        this.state = state;
        state.Migrate(Component, Steps);
    }

    /// <summary>What is written down; null before the first time.</summary>
    public (long Position, Dictionary<string, long> Domains)? Read() => Read("SELECT domain, position FROM alarm_publication");

    /// <summary>The transitions there are: where a publication begins that never was before.</summary>
    public (long Position, Dictionary<string, long> Domains) ReadTransitions() => Read(
        """
        SELECT a.domain, max(t.position) FROM alarm_transitions t JOIN alarms a ON a.id = t.alarm GROUP BY a.domain
        UNION ALL SELECT '', ifnull(max(position), 0) FROM alarm_transitions
        """)!.Value;

    public async Task WriteAsync(long position, IReadOnlyDictionary<string, long> domains, CancellationToken cancellationToken)
    {
        using var transaction = await state.BeginAsync(cancellationToken);
        foreach (var (domain, at) in domains.Append(new("", position)))
        {
            transaction.Execute(
                "INSERT INTO alarm_publication (domain, position) VALUES ($domain, $position) ON CONFLICT (domain) DO UPDATE SET position = excluded.position",
                ("$domain", domain), ("$position", at));
        }
        transaction.Commit();
    }

    /// <summary>From now on it has never been published.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        using var transaction = await state.BeginAsync(cancellationToken);
        transaction.Execute("DELETE FROM alarm_publication");
        transaction.Commit();
    }

    private (long Position, Dictionary<string, long> Domains)? Read(string sql)
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        // CA2100: one of the constants above.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        using var row = command.ExecuteReader();
        var domains = new Dictionary<string, long>(StringComparer.Ordinal);
        while (row.Read())
            domains.Add(row.GetString(0), row.GetInt64(1));
        return domains.Remove("", out long position) ? (position, domains) : null;
    }
}
