using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Storage.Duck;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Hot;

/// <summary>What numbers are called in a file. Lives as long as the statement that writes it.</summary>
internal sealed class SealWords(DatastreamTable table) : IDisposable
{
    private readonly DuckStrings strings = new();
    private int named = -1;
    private DuckString name;

    public DuckString[] Kinds => field ??= ByNumber(ParquetSchema.Kinds.Select(kind => ((int)kind.Value, kind.Word)));

    public DuckString[] Qualities => field ??= ByNumber(ParquetSchema.Qualities.Select(quality => ((int)quality.Value, quality.Word)));

    public DuckString[] Units => field ??= ByNumber(
        [.. UnitRegistry.Names.Select(unit => ((int)UnitRegistry.IdOf(unit), unit)), (UnitRegistry.Unknown, ParquetSchema.UnknownUnit)]);

    /// <summary>The name of a datastream; rows come sorted, so each is looked up once.</summary>
    public DuckString NameOf(int datastream)
    {
        if (datastream != named)
            (named, name) = (datastream, strings.Add(table.KeyOf(new(datastream)).ToString()));
        return name;
    }

    public void Dispose() => strings.Dispose();

    private DuckString[] ByNumber(IEnumerable<(int Number, string Word)> words)
    {
        var byNumber = new DuckString[byte.MaxValue + 1];
        foreach (var (number, word) in words)
            byNumber[number] = strings.Add(word);
        return byNumber;
    }
}
