using DuckDB.NET.Data;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Rollups;

/// <summary>Reads a merged file of readings once, in its order, and writes its minutes and hours. Holds one minute and one hour in
/// memory; the rows on their way lie in two tables that DuckDB may spill.</summary>
internal sealed class RollupWriter(DuckDBConnection connection, int rowGroupRows)
{
    private const string MinuteTable = "rollup_minutes";
    private const string HourTable = "rollup_hours";

    /// <summary>Folds the readings into the two tables.</summary>
    public void Read(string readingsPath, CancellationToken cancellationToken)
    {
        DuckDatabase.Execute(connection, RollupSchema.CreateTable(MinuteTable), cancellationToken);
        DuckDatabase.Execute(connection, RollupSchema.CreateTable(HourTable), cancellationToken);
        using var reading = connection.Duplicate();
        reading.Open();
        using var minutes = connection.CreateAppender(MinuteTable);
        using var hours = connection.CreateAppender(HourTable);
        int datastream = -1;
        long ticks = long.MinValue;
        var fold = new RollupFold(unit => Append(minutes, datastream, unit), unit => Append(hours, datastream, unit));
        foreach (var row in DuckDatabase.Stream(reading, ParquetSchema.SelectForRollups(readingsPath), ReadRow, cancellationToken))
        {
            if (row.Datastream != datastream)
            {
                fold.End();
                ticks = long.MinValue;
            }
            // Sums depend on it, and DuckDB promises it only by a setting.
            if (row.Datastream < datastream || row.Ticks <= ticks)
                throw new ReadingStoreException($"{readingsPath} is not in the order it was written in; its rollups are not made.");
            (datastream, ticks) = (row.Datastream, row.Ticks);
            fold.Add(row.Ticks, row.Value, row.Counts);
        }
        fold.End();
    }

    /// <summary>Writes one of the tables.</summary>
    /// <returns>Its rows.</returns>
    public long Write(FileKind kind, string readingsPath, string path, long revision, CancellationToken cancellationToken) =>
        DuckDatabase.Execute(connection, RollupSchema.Copy(kind == FileKind.Hours ? HourTable : MinuteTable, readingsPath, path, revision, rowGroupRows), cancellationToken);

    /// <summary>Gives the tables' memory back.</summary>
    public void Clear()
    {
        DuckDatabase.Execute(connection, $"DROP TABLE IF EXISTS {MinuteTable}");
        DuckDatabase.Execute(connection, $"DROP TABLE IF EXISTS {HourTable}");
    }

    private static void Append(DuckDBAppender table, int datastream, RollupUnit unit) => table.AppendRow((datastream, unit), static (row, next) =>
    {
        var (datastream, unit) = next;
        row.AppendValue(datastream).AppendValue(unit.StartTicks);
        if (unit.Count > 0)
            row.AppendValue(unit.Min).AppendValue(unit.Max).AppendValue(unit.Sum).AppendValue(unit.Count).AppendValue(unit.Last).AppendValue(unit.LastTicks);
        else
            row.AppendNullValue().AppendNullValue().AppendNullValue().AppendValue(0L).AppendNullValue().AppendNullValue();
    });

    private static (int Datastream, long Ticks, double Value, bool Counts) ReadRow(DuckDBDataReader row) =>
        (row.GetInt32(0), row.GetInt64(1), row.GetDouble(2), row.GetBoolean(3));
}
