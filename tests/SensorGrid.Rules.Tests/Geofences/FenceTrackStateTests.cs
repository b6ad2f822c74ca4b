using System.Buffers;
using NetTopologySuite.Geometries;
using SensorGrid.Rules.Geofences;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Geofences;

/// <summary>Snapshots of before there were rows of fixes and times: the place of the fix, and one byte for each fence.</summary>
public sealed class FenceTrackStateTests
{
    private const long ObservedAt = 77;

    private static FenceTrack Read(double x)
    {
        var rule = Rig.ReadRules(Rig.Rules("{ id: f, type: geofence, domain: water, title: T, scope: { quantity: position }, level: orange, on: exit, zones: [z1] }")).Rules.OfType<GeofenceRule>().Single();
        var track = new FenceTrack(rule, new ZoneIndex(Enumerable.Range(0, 3).Select(number => new PreparedZone(
            $"z{number}", new Polygon(new LinearRing([new(110, 21), new(110.1, 21), new(110.1, 21.1), new(110, 21)]))))));
        var written = new ArrayBufferWriter<byte>();
        var writer = new SnapshotWriter(written);
        writer.Double(x);
        writer.Double(21.05);
        foreach (byte was in new byte[] { 0, 1, 2 })
            writer.Byte(was);
        var reader = new SnapshotReader(written.WrittenSpan);
        track.ReadState(ref reader, ObservedAt);
        Assert.True(reader.IsAtEnd && !reader.IsBroken);
        return track;
    }

    [Fact]
    public void Say_where_it_was_and_whether_it_had_been_inside()
    {
        var track = Read(110.05);
        Assert.Equal((110.05, 21.05, ObservedAt, true), (track.Fix.X, track.Fix.Y, track.FixAt, track.HasFix));
        Assert.Equal(
            [(Place.Outside, false, ObservedAt), (Place.Inside, true, ObservedAt), (Place.Outside, true, ObservedAt)],
            new[] { track[0], track[1], track[2] }.Select(place => (place.Place, place.Crossed, place.Since)));
        // And it goes on from there: the one it was inside of is left, the others are not.
        Assert.Equal([1], track.Take(115, 21.05, 80));
    }

    [Fact]
    public void Without_a_fix_know_of_no_place()
    {
        var track = Read(double.NaN);
        Assert.False(track.HasFix);
        Assert.All(new[] { track[0], track[1], track[2] }, place => Assert.Equal(Place.Unplaced, place.Place));
    }
}
