using Microsoft.Extensions.Configuration;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

public class ServicePageTests
{
    /// <summary>ingest/docs/service.md is where people look settings up: it must name each one with the default that is in force.</summary>
    [Fact]
    public void The_page_names_every_setting_with_its_default()
    {
        string page = File.ReadAllText(RepositoryRoot.Combine("ingest", "docs", "service.md"));
        var (_, settings) = ServiceOptionsReader.Read(new ConfigurationBuilder().Build());

        string[] missing = [.. settings.Known
            .Select(setting => (Row: $"| `{setting.Key}` | {(setting.Key == "Data:Folder" ? "`~/.local/share/sensorgrid`" : setting.Value.Length == 0 ? "–" : $"`{setting.Value}`")} |", setting.Key))
            .Where(setting => !page.Contains(setting.Row, StringComparison.Ordinal)).Select(setting => setting.Row)];

        Assert.True(missing.Length == 0, "ingest/docs/service.md lacks:\n" + string.Join('\n', missing));
    }
}
