using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Geofences;

// What is kept over a restart and a change of rules.
internal sealed partial class FenceTrack
{
    // A longitude that no fix has. Snapshots of before begin with the longitude and have one byte for each fence.
    private const long Form = 0x7FF8_4645_4E43_4501;

    public void WriteState(SnapshotWriter writer)
    {
        writer.Int64(Form);
        writer.Double(Fix.X);
        writer.Double(Fix.Y);
        writer.Int64(FixAt);
        writer.Int64(followedTo);
        foreach (ref readonly var place in places.AsSpan())
        {
            writer.Byte((byte)place.Place);
            writer.Byte(place.Crossed ? (byte)1 : (byte)0);
            writer.Int32(place.Row);
            writer.Int64(place.Since);
        }
        foreach (var closing in closings)
        {
            writer.Byte(closing.IsClosing ? (byte)1 : (byte)0);
            writer.Double(closing.Turn);
            writer.Double(closing.Metres);
        }
    }

    public void ReadState(ref SnapshotReader reader, long observedAt)
    {
        long form = reader.Int64();
        Fix.X = form == Form ? reader.Double() : BitConverter.Int64BitsToDouble(form);
        Fix.Y = reader.Double();
        if (form == Form)
            ReadPlaces(ref reader);
        else
            ReadPlacesOfBefore(ref reader, observedAt);
        ListPlaces();
    }

    private void ReadPlaces(ref SnapshotReader reader)
    {
        FixAt = reader.Int64();
        followedTo = reader.Int64();
        foreach (ref var place in places.AsSpan())
        {
            place.Place = (Place)Math.Min(reader.Byte(), (byte)Place.NoFence);
            place.Crossed = reader.Byte() != 0;
            place.Row = (short)reader.Int32();
            place.Since = reader.Int64();
        }
        foreach (ref var closing in closings.AsSpan())
            closing.Restore(reader.Byte() != 0, reader.Double(), reader.Double());
    }

    // 0 never inside, 1 inside, 2 outside after having been inside.
    private void ReadPlacesOfBefore(ref SnapshotReader reader, long observedAt)
    {
        FixAt = observedAt;
        foreach (ref var place in places.AsSpan())
        {
            byte was = reader.Byte();
            if (HasFix)
                place.MoveTo(was == 1 ? Place.Inside : Place.Outside, crossed: was != 0, observedAt);
        }
    }

    /// <summary>Goes on from where the same fences were in an earlier rule set.</summary>
    /// <param name="before">The track of the earlier rule.</param>
    /// <param name="pairs">Which fence there is which here.</param>
    public void Adopt(FenceTrack before, IEnumerable<(int Old, int New)> pairs)
    {
        (Fix.X, Fix.Y, FixAt, followedTo) = (before.Fix.X, before.Fix.Y, before.FixAt, before.followedTo);
        foreach (var (old, zone) in pairs)
        {
            places[zone] = before.places[old];
            if (closings.Length > 0 && before.closings.Length > 0)
                closings[zone] = before.closings[old];
        }
        ListPlaces();
    }
}
