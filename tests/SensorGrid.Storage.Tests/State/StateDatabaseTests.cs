using Microsoft.Data.Sqlite;
using SensorGrid.Storage.State;

namespace SensorGrid.Storage.Tests.State;

public sealed class StateDatabaseTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-state-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Output_and_checkpoint_become_true_together_or_not_at_all()
    {
        using (var state = StateDatabase.Open(folder))
        {
            state.Migrate("alarms", "CREATE TABLE alarms_transition (position INTEGER PRIMARY KEY, text TEXT NOT NULL)");
            using (var committed = state.Begin())
            {
                committed.Execute("INSERT INTO alarms_transition VALUES (1, $text)", ("$text", "raised"));
                committed.SetCheckpoint("rules", 17);
                committed.Commit();
            }
            using (var abandoned = state.Begin())
            {
                abandoned.Execute("INSERT INTO alarms_transition VALUES (2, 'cleared')");
                abandoned.SetCheckpoint("rules", 18);
                Assert.Equal(18, abandoned.ReadCheckpoint("rules"));
                Assert.Equal(17, state.ReadCheckpoint("rules"));
            }
        }
        using var reopened = StateDatabase.Open(folder);
        Assert.Equal(17, reopened.ReadCheckpoint("rules"));
        Assert.Equal(0, reopened.ReadCheckpoint("unknown"));
        Assert.Equal(["raised"], Texts(reopened));
    }

    [Fact]
    public void A_checkpoint_never_goes_back()
    {
        using var state = StateDatabase.Open(folder);
        using var transaction = state.Begin();
        transaction.SetCheckpoint("rules", 5);
        transaction.SetCheckpoint("rules", 5);

        var error = Assert.Throws<InvalidOperationException>(() => transaction.SetCheckpoint("rules", 4));

        Assert.Contains("'rules' stands at 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_a_component_are_brought_from_any_version_to_the_newest()
    {
        const string First = "CREATE TABLE x (a INTEGER); INSERT INTO x VALUES (1)";
        const string Second = "ALTER TABLE x ADD COLUMN b TEXT DEFAULT 'two'";
        using (var state = StateDatabase.Open(folder))
            state.Migrate("x", First);
        using (var state = StateDatabase.Open(folder))
        {
            state.Migrate("x", First, Second);
            state.Migrate("x", First, Second);
            using var transaction = state.Begin();
            Assert.Equal("two", transaction.Scalar("SELECT b FROM x"));
        }
    }

    [Fact]
    public void A_failing_step_leaves_the_version_before_it()
    {
        using var state = StateDatabase.Open(folder);
        Assert.Throws<SqliteException>(() => state.Migrate("x", "CREATE TABLE x (a INTEGER)", "CREATE TABLE x (a INTEGER)"));

        state.Migrate("x", "CREATE TABLE x (a INTEGER)");

        using var transaction = state.Begin();
        Assert.Null(transaction.Scalar("SELECT a FROM x"));
    }

    [Fact]
    public void A_database_of_a_newer_program_is_refused_with_both_versions()
    {
        using (var state = StateDatabase.Open(folder))
            state.Migrate("x", "CREATE TABLE x (a INTEGER)", "ALTER TABLE x ADD COLUMN b");
        using var older = StateDatabase.Open(folder);

        var error = Assert.Throws<StateDatabaseException>(() => older.Migrate("x", "CREATE TABLE x (a INTEGER)"));

        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("version 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_use_is_refused_and_is_free_again_afterwards()
    {
        using (StateDatabase.Open(folder))
        {
            var error = Assert.Throws<StateDatabaseException>(() => StateDatabase.Open(folder));
            Assert.Contains(folder, error.Message, StringComparison.Ordinal);
            Assert.Contains("another SensorGrid process", error.Message, StringComparison.Ordinal);
        }
        StateDatabase.Open(folder).Dispose();
    }

    [Fact]
    public void A_file_that_is_no_database_is_named()
    {
        File.WriteAllText(Path.Combine(folder, StateDatabase.FileName), new string('x', 5000));

        var error = Assert.Throws<StateDatabaseException>(() => StateDatabase.Open(folder));

        Assert.Contains(Path.Combine(folder, StateDatabase.FileName), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Commits_are_synced_in_full_and_readers_cannot_write()
    {
        using var state = StateDatabase.Open(folder);
        using (var transaction = state.Begin())
        {
            Assert.Equal("wal", transaction.Scalar("PRAGMA journal_mode"));
            Assert.Equal(2L, transaction.Scalar("PRAGMA synchronous"));
        }
        using var reader = state.OpenRead();
        using var write = reader.CreateCommand();
        write.CommandText = "INSERT INTO follower_checkpoints VALUES ('x', 1)";
        Assert.Throws<SqliteException>(() => write.ExecuteNonQuery());
    }

    [Fact]
    public async Task Writers_take_turns()
    {
        using var state = StateDatabase.Open(folder);
        var first = state.Begin();
        var second = state.BeginAsync(CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await second).Dispose();
        using (state.Begin())
        {
            using var cancelled = new CancellationTokenSource();
            await cancelled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await state.BeginAsync(cancelled.Token));
        }
    }

    [Fact]
    public void The_version_in_force_at_a_log_position_is_found()
    {
        using var state = StateDatabase.Open(folder);
        using (var transaction = state.Begin())
        {
            transaction.AddVersion(VersionKind.Rules, 10, "aaa", new(5, "service"), [1, 2]);
            transaction.AddVersion(VersionKind.Rules, 20, "bbb", new(6, "王", "stricter"), [3]);
            transaction.AddVersion(VersionKind.Rules, 20, "again", new(7, "service"), [9]);
            transaction.AddVersion(VersionKind.Catalogue, 15, "ccc", new(8, "service"), []);
            transaction.Commit();
        }

        Assert.Null(state.ReadVersion(VersionKind.Rules, 9));
        Assert.Equal("aaa", state.ReadVersion(VersionKind.Rules, 19)!.Hash);
        var newest = state.ReadVersion(VersionKind.Rules)!;
        Assert.Equal((20L, "bbb"), (newest.Sequence, newest.Hash));
        Assert.Equal([3], newest.Bundle);
        Assert.Equal("ccc", state.ReadVersion(VersionKind.Catalogue)!.Hash);
        Assert.Equal("aaa", state.ReadVersion(VersionKind.Rules, principal: "service")!.Hash);
        Assert.Equal(new(6, "王", "stricter"), state.FindVersion(VersionKind.Rules, "bb")!.Origin);
        Assert.Null(state.FindVersion(VersionKind.Rules, "c"));
        Assert.Equal([20, 10], state.ReadHistory(VersionKind.Rules, long.MaxValue, 5).Select(version => version.Sequence));
        Assert.Equal([10], state.ReadHistory(VersionKind.Rules, 20, 1).Select(version => version.Sequence));
    }

    [Fact]
    public async Task The_two_newest_snapshots_are_kept_and_a_damaged_one_is_passed_over()
    {
        using var state = StateDatabase.Open(folder);
        foreach (byte i in new byte[] { 1, 2, 3 })
            await state.SaveSnapshotAsync("rules", i * 10, [new byte[] { i }, new byte[] { i, i }], CancellationToken.None);
        await state.SaveSnapshotAsync("other", 5, [new byte[] { 5 }], CancellationToken.None);
        Assert.Equal([30L, 20L], state.ReadSnapshots("rules").Select(snapshot => snapshot.Sequence));
        Assert.Equal([3, 3, 3], state.ReadSnapshots("rules").First().Bytes);

        using (var transaction = state.Begin())
        {
            transaction.Execute("UPDATE snapshot_parts SET bytes = x'03FF' WHERE sequence = 30 AND part = 1");
            transaction.Commit();
        }

        Assert.Equal([20L], state.ReadSnapshots("rules").Select(snapshot => snapshot.Sequence));
        Assert.Single(state.ReadSnapshots("other"));
        Assert.Equal((20L, null, null), (state.FindSnapshot("rules", before: 40), state.FindSnapshot("rules", before: 20), state.FindSnapshot("none", before: 40)));
        Assert.Equal(2 + 2 + 1, CountParts(state));
        // Written again, shorter.
        await state.SaveSnapshotAsync("rules", 30, [new byte[] { 9 }], CancellationToken.None);
        Assert.Equal([9], state.ReadSnapshots("rules").First().Bytes);
        Assert.Equal(30, state.FindSnapshot("rules", before: 40));
        Assert.Equal(1 + 2 + 1, CountParts(state));
    }

    [Fact]
    public async Task Snapshots_that_an_older_program_kept_in_one_piece_are_read()
    {
        using (var state = StateDatabase.Open(folder))
        {
            await state.SaveSnapshotAsync("rules", 10, [new byte[] { 1, 2, 3 }], CancellationToken.None);
            using var transaction = state.Begin();
            // As it was before the last step of the schema.
            transaction.Execute("ALTER TABLE snapshots ADD COLUMN bytes BLOB NOT NULL DEFAULT x'010203'; DROP TABLE snapshot_parts; UPDATE schema_versions SET version = version - 1 WHERE component = 'storage'");
            transaction.Commit();
        }
        using var opened = StateDatabase.Open(folder);
        var snapshot = Assert.Single(opened.ReadSnapshots("rules"));
        Assert.Equal([1, 2, 3], snapshot.Bytes);
    }

    /// <summary>A large snapshot is written in many transactions; whoever else writes comes in between, and at each of them what counts is whole.</summary>
    [Fact]
    public async Task A_large_snapshot_lets_others_write_in_between_and_counts_from_its_end()
    {
        using var state = StateDatabase.Open(folder);
        await state.SaveSnapshotAsync("rules", 10, LargeParts(1), CancellationToken.None);
        var seen = new List<(long Number, string Snapshots, long Checkpoint)>();
        // Asked for a next part, the one before may be on the disk.
        IEnumerable<ReadOnlyMemory<byte>> Watched()
        {
            foreach (var part in LargeParts(2))
            {
                yield return part;
                using var transaction = state.Begin();
                transaction.Execute("INSERT INTO versions (kind, sequence, hash, bundle) VALUES ('rules', $sequence, 'h', x'')", ("$sequence", seen.Count));
                transaction.Commit();
                seen.Add((CountParts(state), string.Join(' ', state.ReadSnapshots("rules").Select(snapshot => $"{snapshot.Sequence}:{snapshot.Bytes.Length}")), state.ReadCheckpoint("rules")));
            }
        }
        await state.SaveSnapshotAsync("rules", 20, Watched(), CancellationToken.None);
        Assert.Equal(LargeParts(2).Count, seen.Count);
        Assert.All(seen, at => Assert.Equal(($"10:{LargeParts(1).Sum(part => part.Length)}", 10), (at.Snapshots, at.Checkpoint)));
        // More than one transaction: some parts were there while others were not.
        Assert.True(seen.Select(at => at.Number).Distinct().Count() >= 3, string.Join(' ', seen.Select(at => at.Number)));
        Assert.Equal([20, 10], state.ReadSnapshots("rules").Select(snapshot => snapshot.Sequence));
        Assert.Equal(LargeParts(2).SelectMany(part => part.ToArray()), state.ReadSnapshots("rules").First().Bytes);
        Assert.Equal(20, state.ReadCheckpoint("rules"));
        // The oldest goes, with all of its parts.
        await state.SaveSnapshotAsync("rules", 30, [new byte[] { 3 }], CancellationToken.None);
        Assert.Equal(LargeParts(2).Count + 1, CountParts(state));
    }

    [Fact]
    public async Task A_snapshot_given_up_half_way_is_none_and_its_parts_go_with_the_next()
    {
        using var state = StateDatabase.Open(folder);
        await state.SaveSnapshotAsync("rules", 10, [new byte[] { 1 }], CancellationToken.None);
        await state.SaveSnapshotAsync("other", 10, [new byte[] { 1 }], CancellationToken.None);
        using var givenUp = new CancellationTokenSource();
        IEnumerable<ReadOnlyMemory<byte>> Cut()
        {
            foreach (var part in LargeParts(2).Take(40))
                yield return part;
            givenUp.Cancel();
            foreach (var part in LargeParts(2).Skip(40))
                yield return part;
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => state.SaveSnapshotAsync("rules", 20, Cut(), givenUp.Token));
        Assert.True(CountParts(state) > 2 + 16, $"{CountParts(state)} parts");
        Assert.Equal([10], state.ReadSnapshots("rules").Select(snapshot => snapshot.Sequence));
        Assert.Equal(10, state.ReadCheckpoint("rules"));
        // Even one of the same number, and shorter.
        await state.SaveSnapshotAsync("rules", 20, [new byte[] { 2 }], CancellationToken.None);
        Assert.Equal([2], state.ReadSnapshots("rules").First().Bytes);
        Assert.Equal(3, CountParts(state));
    }

    [Fact]
    public async Task A_snapshot_moves_its_follower_forward_and_never_back()
    {
        using var state = StateDatabase.Open(folder);
        using (var transaction = state.Begin())
        {
            transaction.SetCheckpoint("rules", 15);
            transaction.Commit();
        }
        await state.SaveSnapshotAsync("rules", 10, [new byte[] { 1 }], CancellationToken.None);
        Assert.Equal(15, state.ReadCheckpoint("rules"));
        await state.SaveSnapshotAsync("rules", 20, [new byte[] { 1 }], CancellationToken.None);
        Assert.Equal(20, state.ReadCheckpoint("rules"));
    }

    // Some five transactions of parts that are all different.
    private static List<ReadOnlyMemory<byte>> LargeParts(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 80).Select(_ =>
        {
            byte[] part = new byte[60_000];
            random.NextBytes(part);
            return (ReadOnlyMemory<byte>)part;
        })];
    }

    private static long CountParts(StateDatabase state)
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM snapshot_parts";
        return (long)command.ExecuteScalar()!;
    }

    private static List<string> Texts(StateDatabase state)
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT text FROM alarms_transition ORDER BY position";
        using var row = command.ExecuteReader();
        var texts = new List<string>();
        while (row.Read())
            texts.Add(row.GetString(0));
        return texts;
    }
}
