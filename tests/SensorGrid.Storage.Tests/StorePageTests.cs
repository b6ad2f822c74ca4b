using SensorGrid.Storage.Compaction;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.State;
using SensorGrid.Storage.Tests.Support;
using RepositoryRoot = SensorGrid.Testing.RepositoryRoot;

namespace SensorGrid.Storage.Tests;

/// <summary>The page that engineers open files by, ingest/docs/store.md, says what the code does.</summary>
public sealed class StorePageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "ingest", "docs", "store.md"));

    [Fact]
    public void Names_every_table_of_the_state_database()
    {
        using var fixture = new StoreFixture();
        using var connection = fixture.State.OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        using var row = command.ExecuteReader();
        int tables = 0;
        for (; row.Read(); tables++)
            Assert.Contains($"| `{row.GetString(0)}` |", Page, StringComparison.Ordinal);
        Assert.Equal(10, tables);
    }

    [Fact]
    public void Names_every_step_of_a_seal_in_order()
    {
        var places = Enum.GetValues<SealStep>()
            .Select(step => Page.IndexOf($"| `{step}` |", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void Names_every_step_of_a_merge_in_order()
    {
        var places = Enum.GetValues<MergeStep>().Select(step => Page.IndexOf($"| `{step}` |", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void Names_the_format_and_the_database_file()
    {
        Assert.Contains($"(format {ManifestTable.Format})", Page, StringComparison.Ordinal);
        Assert.Contains($"| `{StateDatabase.FileName}`", Page, StringComparison.Ordinal);
    }
}
