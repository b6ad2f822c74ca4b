using DuckDB.NET.Data;
using DuckDB.NET.Native;
using SensorGrid.Storage.Duck;

namespace SensorGrid.Storage.Tests.Duck;

/// <summary>Rows of ours read by SQL, and what goes wrong on our side told to whoever asked.</summary>
public sealed class DuckTableFunctionTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sensorgrid-duck-");
    private readonly DuckDatabase database;
    private readonly DuckDBConnection connection;

    public DuckTableFunctionTests()
    {
        database = new(folder.FullName, folder.FullName, memoryMiB: 64, spillMiB: 64, threads: 1);
        connection = database.Connect();
        database.Register(new("numbers_to", 1, [("number", DuckDBType.BigInt), ("name", DuckDBType.Varchar)], (parameters, wanted) => new Numbers(parameters[0], wanted)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2048)]
    [InlineData(5000)]
    public void Rows_are_counted_without_being_read(long count) => Assert.Equal(count, Ask($"SELECT count(*) FROM numbers_to({count})"));

    [Fact]
    public void Only_wanted_columns_are_written() => Assert.Equal(5000L * 4999 / 2, Ask("SELECT sum(number)::BIGINT FROM numbers_to(5000)"));

    [Fact]
    public void Short_and_long_texts_come_whole_and_every_third_is_null() =>
        Assert.Equal(3333, Ask("SELECT count(*) FROM numbers_to(5000) WHERE name = 'number ' || number || CASE WHEN number % 2 = 0 THEN '' ELSE ' of several thousand' END"));

    [Fact]
    public void What_opening_the_rows_fails_with_is_the_error_of_the_statement()
    {
        var error = Assert.Throws<DuckDBException>(() => Ask("SELECT count(*) FROM numbers_to(-1)"));

        Assert.Contains("There are no fewer than none.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_row_fails_with_is_the_error_of_the_statement_and_the_next_one_works()
    {
        var error = Assert.Throws<DuckDBException>(() => Ask("SELECT count(number) FROM numbers_to(9999)"));

        Assert.Contains("Number 4096 cannot be had.", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, Ask("SELECT count(number) FROM numbers_to(3)"));
    }

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
        folder.Delete(recursive: true);
    }

    private long Ask(string sql) => DuckDatabase.ReadAll(connection, sql, static row => row.GetInt64(0)).Single();

    private sealed class Numbers : IRowSource
    {
        private readonly long end;
        private readonly int[] wanted;
        private long next;

        public Numbers(long end, int[] wanted)
        {
            if (end < 0)
                throw new InvalidOperationException("There are no fewer than none.");
            (this.end, this.wanted) = (end, wanted);
        }

        public int Next(DuckChunk chunk)
        {
            if (end == 9999 && next == 4096)
                throw new InvalidOperationException("Number 4096 cannot be had.");
            int count = (int)Math.Min(DuckChunk.Capacity, end - next);
            for (int column = 0; column < wanted.Length; column++)
            {
                if (wanted[column] == 0)
                {
                    for (int i = 0; i < count; i++)
                        chunk.Column<long>(column)[i] = next + i;
                }
                else if (wanted[column] == 1)
                {
                    WriteNames(chunk, column, count);
                }
            }
            next += count;
            return count;
        }

        private void WriteNames(DuckChunk chunk, int column, int count)
        {
            var isThere = chunk.ClearValidity(column);
            for (int i = 0; i < count; i++)
            {
                long number = next + i;
                if (number % 3 == 0)
                    continue;
                isThere[i / 64] |= 1UL << (i % 64);
                chunk.SetText(column, i, System.Text.Encoding.UTF8.GetBytes($"number {number}{(number % 2 == 0 ? "" : " of several thousand")}"));
            }
        }
    }
}
