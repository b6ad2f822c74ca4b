using Microsoft.Data.Sqlite;
using SensorGrid.Readings;

namespace SensorGrid.Storage.State;

/// <summary>The newest sealed reading of each datastream, so that a restart knows them without opening a file, and still knows the
/// last word of a sensor whose files were deleted by age.</summary>
internal static class LatestReadingTable
{
    /// <summary>Newer means the same here as in <see cref="LatestReadings"/>.</summary>
    public static void Write(StateTransaction transaction, IEnumerable<StoredReading> readings) => transaction.ExecuteForEach(
        """
        INSERT INTO latest_readings VALUES ($datastream, $observed, $received, $sequence, $value, $value2, $text, $kind, $quality, $unit, $flags)
        ON CONFLICT (datastream) DO UPDATE SET
            observed_ticks = excluded.observed_ticks, received_ticks = excluded.received_ticks, sequence = excluded.sequence,
            value_bits = excluded.value_bits, value2_bits = excluded.value2_bits, text = excluded.text, kind = excluded.kind,
            quality = excluded.quality, unit = excluded.unit, flags = excluded.flags
        WHERE (min(excluded.observed_ticks, excluded.received_ticks), excluded.observed_ticks, excluded.sequence)
           >= (min(observed_ticks, received_ticks), observed_ticks, sequence)
        """,
        ["$datastream", "$observed", "$received", "$sequence", "$value", "$value2", "$text", "$kind", "$quality", "$unit", "$flags"],
        readings.Select(reading => new object?[]
        {
            reading.Datastream.Value, reading.ObservedAtTicks, reading.ReceivedAtTicks, reading.Sequence,
            BitConverter.DoubleToInt64Bits(reading.Value), BitConverter.DoubleToInt64Bits(reading.Value2),
            reading.Text, (int)reading.Kind, (int)reading.Quality, (int)reading.Unit, (int)reading.Flags,
        }));

    public static IEnumerable<StoredReading> Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT datastream, observed_ticks, received_ticks, sequence, value_bits, value2_bits, text, kind, quality, unit, flags
            FROM latest_readings
            """;
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            yield return new(
                new DatastreamIndex(row.GetInt32(0)), row.GetInt64(1), row.GetInt64(2), BitConverter.Int64BitsToDouble(row.GetInt64(4)),
                BitConverter.Int64BitsToDouble(row.GetInt64(5)), row.IsDBNull(6) ? null : row.GetString(6), (ReadingKind)row.GetByte(7),
                (Quality)row.GetByte(8), row.GetByte(9), (ReadingFlags)row.GetByte(10), row.GetInt64(3));
        }
    }
}
