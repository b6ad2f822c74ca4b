using System.Buffers;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Alarms;

public sealed partial class AlarmEvaluation
{
    private const uint SnapshotMagic = 0x45524753; // "SGRE"
    // 2 has zones that were moved; in 1 there were none.
    private const ushort SnapshotVersion = 2;
    private const ushort VersionWithoutMoves = 1;

    /// <summary>Writes everything needed to go on at the next record: catalogue and rules in force, engine and register.</summary>
    public void WriteSnapshot(IBufferWriter<byte> output)
    {
        var body = new SnapshotBuffer();
        var writer = new SnapshotWriter(body);
        writer.Int64(logTime);
        writer.Bytes(catalogueBytes);
        writer.Bytes(rulesBytes);
        writer.Bytes(Written(engine.WriteSnapshot));
        writer.Bytes(Written(Alarms.WriteSnapshot));
        WriteMoves(writer);
        SnapshotFrame.Write(output, SnapshotMagic, SnapshotVersion, body);
    }

    /// <summary>Goes on from a snapshot in place of what is held now.</summary>
    /// <returns>False when it cannot be read. Then everything is as in a new evaluation, and the log must be read from its first record.</returns>
    public bool TryRestore(ReadOnlySpan<byte> snapshot)
    {
        if (TryRead(snapshot))
            return true;
        engine = new(table);
        binding = new(CityCatalogue.Empty, table);
        (Rules, catalogueBytes, rulesBytes, logTime) = (null, [], [], 0);
        ForgetMoves();
        Alarms.Clear();
        return false;
    }

    private bool TryRead(ReadOnlySpan<byte> snapshot)
    {
        bool hasMoves = SnapshotFrame.TryOpen(snapshot, SnapshotMagic, SnapshotVersion, out var body);
        if (!hasMoves && !SnapshotFrame.TryOpen(snapshot, SnapshotMagic, VersionWithoutMoves, out body))
            return false;
        var reader = new SnapshotReader(body);
        logTime = reader.Int64();
        var catalogueBytes = reader.Bytes();
        var rulesBytes = reader.Bytes();
        var engineBytes = reader.Bytes();
        var alarmBytes = reader.Bytes();
        var moveBytes = hasMoves ? ReadMoves(ref reader) : [];
        if (reader.IsBroken || !reader.IsAtEnd)
            return false;

        engine = new(table);
        ForgetMoves();
        return TryReadCatalogueBundle(catalogueBytes) && moveBytes.TrueForAll(move => TryTakeMove(move, out _)) && TryReadRulesBundle(rulesBytes)
            && engine.TryRestore(engineBytes) && Alarms.TryRestore(alarmBytes);
    }

    private bool TryReadCatalogueBundle(ReadOnlySpan<byte> bytes)
    {
        var catalogue = bytes.IsEmpty ? CityCatalogue.Empty : CatalogueReader.Read(bytes, out _);
        if (catalogue is null)
            return false;
        catalogueBytes = bytes.ToArray();
        binding = new(catalogue, table);
        return true;
    }

    private bool TryReadRulesBundle(ReadOnlySpan<byte> bytes)
    {
        (Rules, rulesBytes) = (null, bytes.ToArray());
        if (bytes.IsEmpty)
            return true;
        if (!SourceBundle.TryFromBytes(bytes, out var bundle, out _) || RuleSetReader.Read(bundle).Rules is not { } rules)
            return false;
        Rules = rules;
        engine.Activate(Catalogue.WithZones(MovedZones), rules);
        return true;
    }

    private static SnapshotBuffer Written(Action<IBufferWriter<byte>> write)
    {
        var bytes = new SnapshotBuffer();
        write(bytes);
        return bytes;
    }
}
