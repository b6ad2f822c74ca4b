using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Geodesy;
using SensorGrid.Readings.Tests.Catalogue;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Geodesy;

public sealed class MapDatumsTests
{
    private const int Seed = 20261125;
    private const double CentimetreDegrees = 1e-7;

    // The check points of googollee/eviltransform (python/test.py; MIT): Shanghai, Shenzhen, Beijing. It computes with the axis of WGS-84, which is 1 cm apart.
    // The last is that of wandergis/coordtransform (test/app.js; MIT), which computes with that of Krasovsky as we do.
    [Theory]
    [InlineData(121.5272106, 31.1774276, 121.531541859215, 31.17530398364597, 3e-7)]
    [InlineData(113.912316, 22.543847, 113.9171764808363, 22.540796131694766, 3e-7)]
    [InlineData(116.377817, 39.911954, 116.38404722455657, 39.91334545536069, 3e-7)]
    [InlineData(116.404, 39.915, 116.41024449916938, 39.91640428150164, 1e-12)]
    public void Gcj02_has_the_published_check_points(double longitude, double latitude, double shiftedLongitude, double shiftedLatitude, double within)
    {
        var shifted = Gcj02.FromWgs84(longitude, latitude);
        Assert.InRange(shifted.Longitude, shiftedLongitude - within, shiftedLongitude + within);
        Assert.InRange(shifted.Latitude, shiftedLatitude - within, shiftedLatitude + within);
        var back = MapDatums.ToWgs84(MapDatum.Gcj02, shiftedLongitude, shiftedLatitude);
        Assert.InRange(back.Longitude, longitude - within - 1e-9, longitude + within + 1e-9);
        Assert.InRange(back.Latitude, latitude - within - 1e-9, latitude + within + 1e-9);
    }

    // wandergis/coordtransform (test/app.js).
    [Fact]
    public void Bd09_has_the_published_check_point()
    {
        var shifted = Bd09.FromGcj02(116.404, 39.915);
        Assert.Equal(116.41036949371029, shifted.Longitude, 1e-12);
        Assert.Equal(39.92133699351021, shifted.Latitude, 1e-12);
        // Its way back is one step, so it is right within some decimetres only.
        var back = Bd09.ToGcj02(116.404, 39.915);
        Assert.Equal(116.39762729119315, back.Longitude, 1e-5);
        Assert.Equal(39.90865673957631, back.Latitude, 1e-5);
    }

    // The check point of the tests of geotool, a command-line program in Rust: WGS-84, GCJ-02, BD-09. (That of eviltransform for BD-09 is not used: it leaves the
    // factor 3000/180 out and is 10 m off.)
    [Fact]
    public void All_three_have_the_published_check_point()
    {
        var gcj = Gcj02.FromWgs84(121.0917077, 30.6107779);
        Assert.Equal(121.09626935575027, gcj.Longitude, 1e-7);
        Assert.Equal(30.608604331756705, gcj.Latitude, 1e-7);
        var bd = Bd09.FromGcj02(gcj.Longitude, gcj.Latitude);
        Assert.Equal(121.10271732371203, bd.Longitude, 1e-7);
        Assert.Equal(30.61484572185035, bd.Latitude, 1e-7);
        var back = MapDatums.ToWgs84(MapDatum.Bd09, 121.10271732371203, 30.61484572185035);
        Assert.Equal(121.0917077, back.Longitude, 1e-7);
        Assert.Equal(30.6107779, back.Latitude, 1e-7);
    }

    [Fact]
    public void The_way_there_and_back_is_less_than_a_centimetre_off_anywhere_in_China()
    {
        var random = new Random(Seed);
        double worst = 0;
        for (int i = 0; i < 100_000; i++)
        {
            double longitude = 73.5 + (random.NextDouble() * 61.5), latitude = 3.5 + (random.NextDouble() * 50);
            var gcj = Gcj02.FromWgs84(longitude, latitude);
            var bd = Bd09.FromGcj02(gcj.Longitude, gcj.Latitude);
            foreach (var (x, y) in new[] { MapDatums.ToWgs84(MapDatum.Gcj02, gcj.Longitude, gcj.Latitude), MapDatums.ToWgs84(MapDatum.Bd09, bd.Longitude, bd.Latitude) })
            {
                double off = Math.Max(Math.Abs(x - longitude), Math.Abs(y - latitude));
                if (off > CentimetreDegrees / 2)
                    Assert.Fail($"seed {Seed}, place {i} ({longitude:R}, {latitude:R}): {off} degrees off");
                worst = Math.Max(worst, off);
            }
        }
        Assert.InRange(worst, 0, CentimetreDegrees / 2);
    }

    [Theory]
    [InlineData(-0.1276, 51.5072)]
    [InlineData(139.7, 35.7)]
    [InlineData(103.8, -6.2)]
    [InlineData(72.0039, 35)]
    [InlineData(137.8348, 35)]
    [InlineData(110, 0.8292)]
    [InlineData(110, 55.8272)]
    public void Outside_of_China_nothing_is_shifted(double longitude, double latitude)
    {
        Assert.Equal((longitude, latitude), Gcj02.FromWgs84(longitude, latitude));
        Assert.Equal((longitude, latitude), MapDatums.ToWgs84(MapDatum.Gcj02, longitude, latitude));
    }

    [Fact]
    public void Cgcs2000_is_Wgs84_on_a_map() => Assert.Equal((110.36, 21.27), MapDatums.ToWgs84(MapDatum.Cgcs2000, 110.36, 21.27));

    [Fact]
    public void A_zone_is_converted_before_it_is_measured()
    {
        var (zone, messages) = Zone("datum: gcj-02, radius: 100, geometry: { type: Point, coordinates: [116.41024449916938, 39.91640428150164] }");
        Assert.Empty(messages);
        Assert.All(zone!.Geometry.Coordinates, corner => Assert.InRange(MetreShapeTests.Metres(116.404, 39.915, corner.X, corner.Y), 99.8, 100.2));
    }

    [Fact]
    public void A_datum_that_nobody_knows_is_an_error()
    {
        Assert.StartsWith("city.yaml:4:", Assert.Single(Zone("datum: mars, radius: 100, geometry: { type: Point, coordinates: [116, 39] }").Messages), StringComparison.Ordinal);
        const string Text = "domains: [{ id: d, name: D }]\ngateways: [{ id: g, domain: d }]\ndatastreams:\n- { gateway: g, name: gps, quantity: position, datum: gcj02 }\n";
        Assert.Equal(
            "city.yaml:4:55: 'datum' of a position is one of wgs-84, cgcs2000, gcj-02, bd-09, not 'gcj02'; did you mean 'gcj-02'?",
            Assert.Single(CatalogueReader.Read(new([new("city.yaml", Text)])).Messages).ToString());
    }

    [Fact]
    public void A_position_is_converted_when_it_is_assessed()
    {
        const string Text = "domains: [{ id: d, name: D }]\ngateways: [{ id: g, domain: d }]\ndatastreams:\n- { gateway: g, name: gps, quantity: position, datum: gcj-02 }\n";
        var table = new DatastreamTable();
        var binding = new CatalogueBinding(CatalogueReader.Read(new([new("city.yaml", Text)])).Catalogue!, table);
        Assert.True(table.TryIntern(new("g", "gps"), out var index));
        var assessed = new Reading[1];
        ReadingAssessor.Assess([Some.Reading(index.Value, 116.41024449916938, value2: 39.91640428150164, kind: ReadingKind.Position)], assessed, binding, Some.TicksAfter(1));
        Assert.Equal((116.404, 39.915, Quality.Good), (assessed[0].Value, assessed[0].Value2, assessed[0].Quality));
    }

    private static (Zone? Zone, string[] Messages) Zone(string keys)
    {
        string text = $"domains: [{{ id: d, name: D }}]\nzones:\n- {{ id: z1, kind: area, name: Area, domain: d,\n    {keys} }}\n";
        var (catalogue, messages) = CatalogueReader.Read(new([new("city.yaml", text)]));
        return (catalogue?.Zones.Find("z1"), [.. messages.Select(message => message.ToString())]);
    }
}
