using System.Buffers;
using System.Text;
using System.Text.Json;
using SensorGrid.Alarms.Tests.Support;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Alarms.Tests;

/// <summary>Zones that are put elsewhere by commands of the log: snapshots, new catalogues, nonsense. What rules make of it is tested with the rules.</summary>
public sealed class ZoneMoveTests
{
    private const string Catalogue = City.Catalogue + """

          - { gateway: gw, name: position, quantity: position }
        zones:
          - { id: z1, kind: area, name: One, domain: water, geometry: { type: Polygon, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21]]] } }
          - { id: z2, kind: area, name: Two, domain: water, geometry: { type: Polygon, coordinates: [[[111, 21], [111.1, 21], [111.1, 21.1], [111, 21]]] } }
        """;

    private const string Elsewhere = """{"type":"Polygon","coordinates":[[[112,21],[112.1,21],[112.1,21.1],[112,21]]]}""";

    private static City Moved(string zone = "z1") => new City(catalogue: Catalogue).Command(5, AlarmCommands.MoveZone, Move(zone));

    private static byte[] Move(string zone, string? geometry = Elsewhere) => ZoneMove.Write(zone, geometry is null ? null : JsonElement.Parse(geometry));

    [Fact]
    public void A_move_is_in_the_snapshot()
    {
        var written = new ArrayBufferWriter<byte>();
        Moved().Evaluation.WriteSnapshot(written);
        var restored = new AlarmEvaluation(new DatastreamTable());
        Assert.True(restored.TryRestore(written.WrittenSpan));
        Assert.Equal(112, Assert.Single(restored.MovedZones).Value.Geometry.EnvelopeInternal.MinX);
    }

    [Fact]
    public void A_move_without_a_geometry_goes_back_to_the_catalogue() =>
        Assert.Empty(Moved().Command(6, AlarmCommands.MoveZone, Move("z1", geometry: null)).Evaluation.MovedZones);

    [Fact]
    public void A_new_catalogue_keeps_what_it_says_nothing_new_of()
    {
        var city = Moved().Command(6, AlarmCommands.MoveZone, Move("z2"));
        city.Command(7, AlarmCommands.ActivateCatalogue, City.Bundle(Catalogue.Replace("name: One", "name: Eins", StringComparison.Ordinal)
            .Replace("[111, 21], [111.1", "[111, 21], [111.2", StringComparison.Ordinal)));
        var (id, zone) = Assert.Single(city.Evaluation.MovedZones);
        Assert.Equal(("z1", "Eins", 112), (id, zone.Name.En, zone.Geometry.EnvelopeInternal.MinX));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"zone":"none","geometry":null}""")]
    [InlineData("""{"zone":"z1","geometry":{"type":"Polygon","coordinates":[[[112,21],[112.1,21],[112.1,21.1]]]}}""")]
    [InlineData("""{"zone":"z1","geometry":null,"validFrom":"2026-05-12"}""")]
    [InlineData("""{"zone":"z1","geometry":null,"validFrom":"2026-05-12T08:00:00Z","validTo":"2026-05-12T08:00:00Z"}""")]
    [InlineData("""{"zone":"z1","geometry":null} x""")]
    public void A_move_that_makes_no_sense_is_counted_and_changes_nothing(string payload)
    {
        var city = Moved().Command(6, AlarmCommands.MoveZone, Encoding.UTF8.GetBytes(payload));
        Assert.Equal((1L, 1), (city.Evaluation.Commands.Invalid, city.Evaluation.MovedZones.Count));
    }

    [Fact]
    public void A_snapshot_of_before_there_were_moves_goes_on()
    {
        var written = new ArrayBufferWriter<byte>();
        new City(catalogue: Catalogue).Read(0, 3).Evaluation.WriteSnapshot(written);
        const uint Magic = 0x45524753;
        Assert.True(Rules.Snapshots.SnapshotFrame.TryOpen(written.WrittenSpan, Magic, version: 2, out var body));
        var older = new ArrayBufferWriter<byte>();
        // Without the count of moves at its end.
        Rules.Snapshots.SnapshotFrame.Write(older, Magic, version: 1, body[..^4]);
        var restored = new AlarmEvaluation(new DatastreamTable());
        Assert.True(restored.TryRestore(older.WrittenSpan));
        Assert.Single(restored.Alarms.Alarms);
    }
}
