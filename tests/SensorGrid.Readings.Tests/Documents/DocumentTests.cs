using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Wire;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Documents;

/// <summary>The documents say what the code does.</summary>
public class DocumentTests
{
    [Fact]
    public void The_example_of_the_catalogue_page_is_a_catalogue()
    {
        string page = File.ReadAllText(RepositoryRoot.Combine("edge", "docs", "catalogue.md"));
        string example = page.Split("```yaml\n")[1].Split("```")[0];
        const string Zone = """{"type":"Polygon","coordinates":[[[110.1,21.1],[110.2,21.1],[110.2,21.2],[110.1,21.1]]]}""";
        var (catalogue, messages) = CatalogueReader.Read(new([new("city.yaml", example), new("zones/north-ridge.geojson", Zone)]));
        Assert.Empty(messages);
        Assert.Equal((2, 2, 1), (catalogue!.Stations.Count, catalogue.Datastreams.Count, catalogue.Zones.Count));
    }

    [Fact]
    public void The_wire_page_names_every_reason_a_payload_can_have()
    {
        string page = File.ReadAllText(RepositoryRoot.Combine("edge", "docs", "telemetry-wire.md"));
        var absent = PayloadReasons.All.Where(reason => reason != PayloadReason.NotReadings)
            .Select(reason => $"`{reason.ToWord()}`").Where(word => !page.Contains(word, StringComparison.Ordinal));
        Assert.Empty(absent);
    }

    [Fact]
    public void The_pack_of_the_wire_page_is_read()
    {
        string page = File.ReadAllText(RepositoryRoot.Combine("edge", "docs", "telemetry-wire.md"));
        string example = page.Split("```json\n")[1].Split("```")[0];
        var batch = new ReadingBatch();
        var outcome = new PayloadDecoder().Decode(
            Some.Topic(), System.Text.Encoding.UTF8.GetBytes(example), Some.Ticks, new DatastreamTable().ForGateway("gw"), batch);
        Assert.Equal(new PayloadCounters { Records = 6, Readings = 5 }, outcome.Counters);
        Assert.Equal(ReadingKind.Position, batch.Readings[4].Kind);
    }
}
