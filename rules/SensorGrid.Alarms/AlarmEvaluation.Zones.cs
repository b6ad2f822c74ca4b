using System.Collections.Immutable;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Alarms;

// Zones that were put elsewhere since the catalogue came into force.
public sealed partial class AlarmEvaluation
{
    // As they came, for the snapshot.
    private readonly SortedDictionary<string, byte[]> moves = new(StringComparer.Ordinal);

    /// <summary>Zones that are elsewhere than the catalogue has them, by id, at this place of the log. Immutable.</summary>
    public ImmutableDictionary<string, Zone> MovedZones { get; private set; } = ImmutableDictionary<string, Zone>.Empty;

    private void MoveZone(long sequence, ReadOnlySpan<byte> payload, List<AlarmTransition> output)
    {
        if (!TryTakeMove(payload, out var zone))
        {
            Commands.Invalid++;
            return;
        }
        engine.MoveZone(zone, changes);
        ApplyChanges(sequence, output);
        // What lay in it may be watched no more.
        if (Rules is not null)
            Alarms.EndUnwatched(engine.LevelOf, logTime, sequence, output);
    }

    private bool TryTakeMove(ReadOnlySpan<byte> payload, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Zone? moved)
    {
        moved = null;
        if (!ZoneMove.TryRead(payload, out var move, out _) || Catalogue.Zones.Find(move.Zone) is not { } zone)
            return false;
        moved = move.Apply(zone);
        if (move.Geometry is null)
        {
            moves.Remove(zone.Id);
            MovedZones = MovedZones.Remove(zone.Id);
            return true;
        }
        moves[zone.Id] = payload.ToArray();
        MovedZones = MovedZones.SetItem(zone.Id, moved);
        return true;
    }

    // A catalogue that says something new of a zone is newer than what moved it.
    private void KeepMovesOfUnchangedZones(CityCatalogue before, CityCatalogue now)
    {
        foreach (string id in moves.Keys.ToList())
        {
            if (before.Zones.Find(id) is { } was && now.Zones.Find(id) is { } zone && IsSamePlace(was, zone))
            {
                MovedZones = MovedZones.SetItem(id, MovedZones[id] with { Kind = zone.Kind, Name = zone.Name, Domain = zone.Domain });
                continue;
            }
            moves.Remove(id);
            MovedZones = MovedZones.Remove(id);
        }
    }

    private static bool IsSamePlace(Zone left, Zone right) =>
        left.ValidFrom == right.ValidFrom && left.ValidTo == right.ValidTo && left.Geometry.EqualsExact(right.Geometry);

    private void ForgetMoves()
    {
        moves.Clear();
        MovedZones = ImmutableDictionary<string, Zone>.Empty;
    }

    private void WriteMoves(SnapshotWriter writer)
    {
        writer.Int32(moves.Count);
        foreach (byte[] payload in moves.Values)
            writer.Bytes(payload);
    }

    private static List<byte[]> ReadMoves(ref SnapshotReader reader)
    {
        var read = new List<byte[]>();
        int count = reader.Count(bytesEach: 4);
        for (int i = 0; i < count; i++)
            read.Add(reader.Bytes().ToArray());
        return read;
    }
}
