using NetTopologySuite.Geometries;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Readings.Tests.Catalogue;

public class ZoneGeometryTests
{
    private const string Square = "[[110, 21], [111, 21], [111, 22], [110, 22], [110, 21]]";

    private static (Geometry? Geometry, string[] Messages) Read(string geometry, params SourceFile[] files)
    {
        string text = $"domains: [{{ id: forest, name: Forest }}]\nzones:\n- id: z1\n  kind: area\n  name: Area\n  domain: forest\n  geometry: {geometry}\n";
        var (catalogue, messages) = CatalogueReader.Read(new([new("sub/city.yaml", text), .. files]));
        return (catalogue?.Zones.Find("z1")!.Geometry, [.. messages.Select(message => message.ToString())]);
    }

    private static (Geometry? Geometry, string[] Messages) ReadFile(string json) => Read("z.geojson", new SourceFile("sub/z.geojson", json));

    [Theory]
    [InlineData("{\"type\":\"Polygon\",\"coordinates\":[" + Square + "]}")]
    [InlineData("{\"type\":\"MultiPolygon\",\"coordinates\":[[" + Square + "]]}")]
    [InlineData("{\"type\":\"Feature\",\"properties\":null,\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[" + Square + "]}}")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[" + Square + "]}}]}")]
    [InlineData("{\"type\":\"Polygon\",\"coordinates\":[[[110,21,5],[111,21,5],[111,22,5],[110,22,5],[110,21,5]]]}")]
    public void Takes_what_drawing_programs_export(string json)
    {
        foreach (var (geometry, messages) in new[] { ReadFile(json), Read(json) })
        {
            Assert.Empty(messages);
            Assert.True(geometry!.Covers(new Point(110.5, 21.5)));
            Assert.False(geometry.Covers(new Point(21.5, 110.5)));
            Assert.Equal(4326, geometry.SRID);
        }
    }

    [Fact]
    public void Holes_are_outside()
    {
        var (geometry, messages) = Read($"{{ type: Polygon, coordinates: [{Square}, [[110.2, 21.2], [110.8, 21.2], [110.8, 21.8], [110.2, 21.2]]] }}");
        Assert.Empty(messages);
        Assert.False(geometry!.Covers(new Point(110.7, 21.4)));
        Assert.True(geometry.Covers(new Point(110.1, 21.1)));
    }

    [Theory, InlineData("../zones/z.geojson", "zones/z.geojson"), InlineData("./a/../z.geojson", "sub/z.geojson"), InlineData("z.geojson", "sub/z.geojson")]
    public void A_path_counts_from_the_file_that_names_it(string path, string stored) =>
        Assert.Empty(Read(path, new SourceFile(stored, $"{{\"type\":\"Polygon\",\"coordinates\":[{Square}]}}")).Messages);

    [Theory, InlineData("../../etc/passwd", "../etc/passwd"), InlineData("/etc/passwd", "sub/etc/passwd"), InlineData("zz.geojson", "sub/zz.geojson")]
    public void A_path_cannot_leave_the_folder(string path, string shown)
    {
        string hint = path == "zz.geojson" ? "; did you mean 'sub/z.geojson'?" : "";
        Assert.Equal(
            [$"sub/city.yaml:7:13: there is no file '{shown}' in the catalogue folder{hint}"],
            Read(path, new SourceFile("sub/z.geojson", "{}")).Messages);
    }

    [Theory]
    [InlineData("{\n \"type\": \"Polygon\",\n \"coordinates\": [[[110, 21], [111, 22],\n   [111, 21], [110, 22], [110, 21]]]}",
        "sub/z.geojson:3:19: zone 'z1': the polygon is not valid: self-intersection at [110.5, 21.5]")]
    [InlineData("{\n \"type\": \"Polygon\",\n \"coordinates\": [[[110, 21], [111, 21],\n   [111, 22], [110, 22]]]}",
        "sub/z.geojson:4:15: zone 'z1': a ring is not closed: it begins at [110, 21] and ends at [110, 22]")]
    [InlineData("{\n \"type\": \"Polygon\",\n \"coordinates\": [[[21, 110], [21, 111], [22, 111], [21, 110]]]}",
        "sub/z.geojson:3:19: zone 'z1': [21, 110] is not [longitude, latitude] in degrees: longitude and latitude look swapped; did you mean [110, 21]?")]
    [InlineData("{\n \"type\": \"Polygon\",\n \"coordinates\": [[[110, 21], [999, 21], [110, 22], [110, 21]]]}",
        "sub/z.geojson:3:30: zone 'z1': [999, 21] is not [longitude, latitude] in degrees; longitudes go from -180 to 180, latitudes from -90 to 90")]
    [InlineData("{\"type\":\"Polygon\",\"coordinates\":[[[110,21],[111,21],[110,21]]]}",
        "sub/z.geojson:1:1: zone 'z1': a ring has at least 4 positions, the last equal to the first; this one has 3")]
    [InlineData("{\"type\":\"Polygon\",\"coordinates\":[[[110],[111,21]]]}", "sub/z.geojson:1:1: zone 'z1': a position is [longitude, latitude], two numbers")]
    [InlineData("{\"type\":\"Polygon\",\"coordinates\":[5]}", "sub/z.geojson:1:1: zone 'z1': a ring is a list of positions")]
    [InlineData("{\"type\":\"Polygon\",\"coordinates\":[]}", "sub/z.geojson:1:1: zone 'z1': 'coordinates' of a Polygon is a list of rings")]
    [InlineData("{\"type\":\"MultiPolygon\"}", "sub/z.geojson:1:1: zone 'z1': 'coordinates' of a MultiPolygon is a list of polygons")]
    [InlineData("{\"type\":\"Point\",\"coordinates\":[110,21]}", "sub/z.geojson:1:1: zone 'z1': a zone around a Point needs 'radius', in metres")]
    [InlineData("{\"type\":\"GeometryCollection\",\"geometries\":[]}",
        "sub/z.geojson:1:1: zone 'z1': a zone is a Polygon, a MultiPolygon, a Point with a radius or a LineString with a width, not a GeometryCollection")]
    [InlineData("{ \"type\": \"MultiPolygon\", \"coordinates\": [\n[[[110, 21], [111, 21], [111, 22], [110, 21]]],\n[[[112, 21], [113, 22],\n  [113, 21], [112, 22], [112, 21]]] ] }",
        "sub/z.geojson:3:3: zone 'z1': the polygon is not valid: self-intersection at [112.5, 21.5]")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[1,2]}",
        "sub/z.geojson:1:1: zone 'z1': the FeatureCollection has 2 features; a zone takes one (join them into a MultiPolygon)")]
    [InlineData("{\"type\":\"FeatureCollection\"}", "sub/z.geojson:1:1: zone 'z1': the FeatureCollection has no 'features'")]
    [InlineData("{\"type\":\"Feature\"}", "sub/z.geojson:1:1: zone 'z1': the Feature has no 'geometry'")]
    [InlineData("[1]", "sub/z.geojson:1:1: zone 'z1': a GeoJSON geometry has a 'type' and 'coordinates'")]
    public void Says_what_is_wrong_with_a_file_and_where(string json, string expected) => Assert.Equal([expected], ReadFile(json).Messages);

    [Fact]
    public void Text_that_is_not_json_is_named_with_its_place()
    {
        string message = Assert.Single(ReadFile("{\n  \"type\": Polygon }").Messages);
        Assert.StartsWith("sub/z.geojson:2:11: zone 'z1': this is not JSON: ", message);
    }

    [Fact]
    public void An_inline_geometry_is_named_at_its_position()
    {
        Assert.Equal(
            ["sub/city.yaml:7:53: zone 'z1': [21, 110] is not [longitude, latitude] in degrees: longitude and latitude look swapped; did you mean [110, 21]?"],
            Read("{ type: Polygon, coordinates: [[[0, 0], [21, 110], [22, 111], [0, 0]]] }").Messages);
        Assert.Equal(
            ["sub/city.yaml:7:13: 'geometry' of a zone is the path of a GeoJSON file or a GeoJSON geometry, this is a list"], Read("[1]").Messages);
    }
}
