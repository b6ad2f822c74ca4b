using System.Security.Cryptography;

namespace SensorGrid.Storage.State;

/// <summary>Writes one snapshot of a follower's memory, in many short transactions: a large one is hundreds of megabytes, and whoever else has to write (an alarm!) waits for one
/// of them at most.
/// <code>
/// first   what an interrupted one left under this sequence number goes
/// then    parts, some sixteen a transaction; nobody sees them
/// last    the line in snapshots, with the last parts and the checkpoint: from here on it is one, and the oldest is none
/// after   parts that belong to no line go
/// </code>
/// Killed at any place, the snapshots of before are whole; what is left over goes with the next one.</summary>
internal sealed class SnapshotSaving(StateDatabase state, string name, long sequence)
{
    private const int SnapshotsKept = 2;

    // A disk takes it in some milliseconds.
    private const int StepBytes = 1 << 20;

    // As many as a step writes of those that are made.
    private const int StepParts = 16;

    private const string Insert = "INSERT INTO snapshot_parts (name, sequence, part, bytes) VALUES ($name, $sequence, $part, $bytes)";
    private static readonly string[] InsertNames = ["$name", "$sequence", "$part", "$bytes"];

    private readonly List<object?[]> waiting = [];
    private long waitingBytes;
    private int count;

    public async Task SaveAsync(IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        await ForgetEarlierAsync(cancellationToken);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            if (waitingBytes + part.Length > StepBytes && waiting.Count > 0)
                await WriteWaitingAsync(cancellationToken);
            sha256.AppendData(part.Span);
            waiting.Add([name, sequence, count++, part.ToArray()]);
            waitingBytes += part.Length;
        }
        int dropped;
        using (var transaction = await state.BeginAsync(cancellationToken))
        {
            transaction.ExecuteForEach(Insert, InsertNames, waiting);
            transaction.Execute(
                "INSERT INTO snapshots (name, sequence, sha256) VALUES ($name, $sequence, $sha256)",
                ("$name", name), ("$sequence", sequence), ("$sha256", Convert.ToHexStringLower(sha256.GetHashAndReset())));
            transaction.Execute(
                $"DELETE FROM snapshots WHERE name = $name AND sequence NOT IN (SELECT sequence FROM snapshots WHERE name = $name ORDER BY sequence DESC LIMIT {SnapshotsKept})",
                ("$name", name));
            if (transaction.ReadCheckpoint(name) < sequence)
                transaction.SetCheckpoint(name, sequence);
            dropped = DropSome(transaction);
            transaction.Commit();
        }
        await DropAfterAsync(dropped, cancellationToken);
    }

    // A snapshot of the same sequence number is there already when it could not be read and its follower has come there again.
    private async Task ForgetEarlierAsync(CancellationToken cancellationToken)
    {
        int dropped;
        using (var transaction = await state.BeginAsync(cancellationToken))
        {
            int earlier = transaction.Execute("DELETE FROM snapshots WHERE name = $name AND sequence = $sequence", ("$name", name), ("$sequence", sequence));
            dropped = DropSome(transaction);
            if (earlier + dropped == 0)
                return;
            transaction.Commit();
        }
        await DropAfterAsync(dropped, cancellationToken);
    }

    private async Task WriteWaitingAsync(CancellationToken cancellationToken)
    {
        using var transaction = await state.BeginAsync(cancellationToken);
        transaction.ExecuteForEach(Insert, InsertNames, waiting);
        transaction.Commit();
        waiting.Clear();
        waitingBytes = 0;
    }

    private async Task DropAfterAsync(int dropped, CancellationToken cancellationToken)
    {
        while (dropped == StepParts)
        {
            using var transaction = await state.BeginAsync(cancellationToken);
            dropped = DropSome(transaction);
            transaction.Commit();
        }
    }

    // Some parts that belong to no snapshot; fewer than a step's when there are no more.
    private int DropSome(StateTransaction transaction) => transaction.Execute(
        "DELETE FROM snapshot_parts WHERE rowid IN (SELECT part.rowid FROM snapshot_parts AS part WHERE part.name = $name " +
        $"AND part.sequence NOT IN (SELECT sequence FROM snapshots WHERE name = $name) LIMIT {StepParts})",
        ("$name", name));
}
