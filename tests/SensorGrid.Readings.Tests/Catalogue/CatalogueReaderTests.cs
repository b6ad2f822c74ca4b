using NetTopologySuite.Geometries;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Tests.Catalogue;

public class CatalogueReaderTests
{
    private const string Whole = """
        domains:
          - { id: water, name: { zh: 水利, en: Water conservancy } }
          - { id: forest, name: { zh: 森林防火, en: Forest fire } }
        sites:
          - { id: s1, name: { zh: 站点, en: Site }, domain: water, location: [110.36, 21.27] }
        stations:
          - { id: st1, site: s1, kind: river, name: { zh: 上游, en: Upper }, domain: water, location: [110.30, 21.30], tags: { district: "440882" } }
          - { id: st2, site: s1, kind: river, name: Lower }
        assets:
          - { id: patrol-1, kind: patrol, name: { zh: 巡护, en: Patrol 1 }, domain: forest }
        gateways:
          - { id: water-gw-1, domain: water, station: st1, expected-interval: 15min }
          - { id: patrol-gw, domain: forest }
        datastreams:
          - { gateway: water-gw-1, name: stage, station: st1, quantity: level, unit: m, expected-interval: 5min, range: [-1, 12],
              missing: [-9999, -200], datum: gauge zero, decimals: 3, tags: { k: v },
              limits: { blue: 2.5, yellow: 3, orange: 4, red: 5 } }
          - { gateway: water-gw-1, name: battery, quantity: voltage, unit: V, wraps-at: 1000 }
          - { gateway: patrol-gw, name: "gps", asset: patrol-1, quantity: position }
        zones:
          - { id: z1, kind: patrol-area, name: { zh: 区, en: Area }, domain: forest, geometry: zones/z1.geojson }
          - id: z2
            kind: patrol-area
            name: Square
            domain: forest
            geometry: { type: Polygon, coordinates: [[[110, 21], [111, 21], [111, 22], [110, 22], [110, 21]]] }
        relations:
          - { kind: upstream, from: st1, to: st2 }
        """;

    private const string ZoneFile = """
        { "type": "FeatureCollection", "features": [
          { "type": "Feature", "properties": {}, "geometry": { "type": "Polygon",
            "coordinates": [[[110.1, 21.1], [110.2, 21.1], [110.2, 21.2], [110.1, 21.1]]] } } ] }
        """;

    [Fact]
    public void Reads_every_part_of_a_catalogue()
    {
        var bundle = new SourceBundle([new("city.yaml", Whole), new("zones/z1.geojson", ZoneFile)]);
        var (catalogue, messages) = CatalogueReader.Read(bundle);
        Assert.Empty(messages);
        Assert.NotNull(catalogue);
        Assert.Equal(bundle.Hash, catalogue.Version);
        Assert.Equal(["water", "forest"], catalogue.Domains.Select(domain => domain.Id));
        Assert.Equal(new LocalizedText("水利", "Water conservancy"), catalogue.Domains.Find("water")!.Name);
        Assert.Equal(new GeographicPoint(110.36, 21.27), catalogue.Sites.Find("s1")!.Location);

        var upper = catalogue.Stations.Find("st1")!;
        Assert.Equal(("river", "water", new GeographicPoint(110.30, 21.30), "440882"), (upper.Kind, upper.Domain, upper.Location!.Value, upper.Tags["district"]));
        var lower = catalogue.Stations.Find("st2")!;
        Assert.Equal(("water", new GeographicPoint(110.36, 21.27), new LocalizedText("Lower", "Lower")), (lower.Domain, lower.Location!.Value, lower.Name));
        Assert.Equal("patrol", catalogue.Assets.Find("patrol-1")!.Kind);
        Assert.Same(upper, catalogue.Gateways.Find("water-gw-1")!.Station);

        var stage = catalogue.Find(new("water-gw-1", "stage"))!;
        Assert.Same(stage, catalogue.Datastreams.Find("water-gw-1/stage"));
        Assert.Same(upper, stage.Station);
        Assert.Equal(("level", "m", UnitRegistry.IdOf("m"), "water"), (stage.Quantity, stage.UnitName, stage.Unit, stage.Domain));
        Assert.Equal((-1, 12), (stage.Minimum, stage.Maximum));
        Assert.Equal([-9999, -200], stage.Missing);
        Assert.Equal(("gauge zero", 3, "v", TimeSpan.FromMinutes(5)), (stage.Datum, stage.Decimals, stage.Tags["k"], stage.ExpectedInterval));
        Assert.Equal(new LevelLimits(2.5, 3, 4, 5), stage.Limits);
        var battery = catalogue.Find(new("water-gw-1", "battery"))!;
        Assert.Equal((null, 1000), (stage.WrapsAt, battery.WrapsAt));
        Assert.Equal((TimeSpan.FromMinutes(15), "water"), (battery.ExpectedInterval, battery.Domain));
        Assert.Equal("forest", catalogue.Find(new("patrol-gw", "gps"))!.Domain);
        Assert.Null(catalogue.Find(new("patrol-gw", "other")));

        Assert.Equal(4, catalogue.Zones.Find("z1")!.Geometry.NumPoints);
        Assert.True(catalogue.Zones.Find("z2")!.Geometry.Covers(new Point(110.5, 21.5)));
        Assert.Equal(("upstream", upper, lower), (catalogue.Relations[0].Kind, catalogue.Relations[0].From, catalogue.Relations[0].To));
    }

    [Fact]
    public void The_order_of_files_and_sections_means_nothing()
    {
        var sections = Whole.Split("\nzones:");
        var (catalogue, messages) = CatalogueReader.Read(new([
            new("a.yaml", "zones:" + sections[1]), new("b.yaml", sections[0]), new("zones/z1.geojson", ZoneFile)]));
        Assert.Empty(messages);
        Assert.NotNull(catalogue);
    }

    [Fact]
    public void An_empty_folder_is_an_empty_catalogue()
    {
        var (catalogue, messages) = CatalogueReader.Read(SourceBundle.Empty);
        Assert.Empty(messages);
        Assert.Empty(catalogue!.Datastreams);
        Assert.Equal(CityCatalogue.Empty.Version, catalogue.Version);
    }
}
