using Microsoft.Extensions.Configuration;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

public class ExternalStoresPageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.Combine("ingest", "docs", "external-stores.md"));

    [Fact]
    public void The_page_names_every_setting_of_a_store_with_its_default()
    {
        var (_, settings) = ServiceOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Stores:0:Kind", "InfluxDb2")]).Build());

        var rows = settings.Known.Where(setting => setting.Key.StartsWith("Stores:0:", StringComparison.Ordinal))
            .Select(setting => $"| `{setting.Key.Replace(":0:", ":N:", StringComparison.Ordinal)}` | {(setting.Value.Length == 0 ? "–" : $"`{setting.Value}`")} |").ToList();

        Assert.True(rows.Count > 20);
        Assert.All(rows, row => Assert.Contains(row, Page, StringComparison.Ordinal));
    }
}
