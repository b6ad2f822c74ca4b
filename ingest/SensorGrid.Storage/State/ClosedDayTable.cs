using Microsoft.Data.Sqlite;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.State;

/// <summary>Days whose readings were deleted while rollups of them are kept. Those rollups are final: late readings of such a day
/// cannot be put into them any more.</summary>
internal static class ClosedDayTable
{
    public static Dictionary<long, RollupKinds> Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT start_ticks, rollups FROM closed_days";
        using var row = command.ExecuteReader();
        var days = new Dictionary<long, RollupKinds>();
        while (row.Read())
            days.Add(row.GetInt64(0), (RollupKinds)row.GetInt32(1));
        return days;
    }

    public static void Close(StateTransaction transaction, long startTicks, RollupKinds rollups) => transaction.Execute(
        "INSERT INTO closed_days VALUES ($start, $rollups) ON CONFLICT (start_ticks) DO UPDATE SET rollups = rollups | excluded.rollups",
        ("$start", startTicks), ("$rollups", (int)rollups));

    /// <summary>The rollups of a kind are deleted too; a day without any is closed no longer.</summary>
    public static void Clear(StateTransaction transaction, TimePartition partition, RollupKinds kind)
    {
        transaction.Execute("UPDATE closed_days SET rollups = rollups & ~$kind WHERE start_ticks >= $start AND start_ticks < $end",
            ("$kind", (int)kind), ("$start", partition.StartTicks), ("$end", partition.EndTicks));
        transaction.Execute("DELETE FROM closed_days WHERE rollups = 0");
    }
}
