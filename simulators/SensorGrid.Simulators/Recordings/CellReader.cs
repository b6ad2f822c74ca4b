using System.Text;
using SensorGrid.Readings;

namespace SensorGrid.Simulators.Recordings;

/// <summary>Reads the value of one datastream from the cells of a row, as its description says.</summary>
internal sealed class CellReader
{
    // Texts of a quality column that are kept with their meaning: combinations of a few codes.
    private const int MostQualityTexts = 1024;

    private readonly RecordingDescription description;
    private readonly RecordedDatastream of;
    private readonly CellTexts<bool> missing;
    private readonly CellTexts<double>? values;
    private readonly CellTexts<Quality>? qualities;
    private readonly int column;
    private readonly int column2;
    private readonly int qualityColumn;
    private readonly ReadingKind kind;
    private readonly bool isScaled;
    private string text = "";
    private byte[] textBytes = [];

    /// <param name="description">The recording's.</param>
    /// <param name="of">What is read.</param>
    /// <param name="file">From where.</param>
    /// <param name="bind">Finds the number of a column.</param>
    public CellReader(RecordingDescription description, RecordedDatastream of, CsvFile file, Func<string, int> bind)
    {
        this.description = description;
        this.of = of;
        column = bind(of.Column);
        column2 = of.Column2 is null ? -1 : bind(of.Column2);
        qualityColumn = of.QualityColumn is null ? -1 : bind(of.QualityColumn);
        missing = new(description.Missing.Select(text => KeyValuePair.Create(text, true)));
        values = of.Values.Count > 0 ? new(of.Values) : null;
        qualities = qualityColumn < 0 ? null : new([]);
        isScaled = of is not { Scale: 1, Add: 0 };
        kind = of.Kind switch
        {
            RecordedValueKind.Boolean => ReadingKind.Boolean,
            RecordedValueKind.Text => ReadingKind.Text,
            RecordedValueKind.Position => ReadingKind.Position,
            _ => ReadingKind.Number,
        };
    }

    /// <summary>The reading of the current row.</summary>
    /// <exception cref="RecordingException">A cell says nothing that the description explains.</exception>
    public RecordedReading Read(CsvFile file, RecordedSeries series, long ticks)
    {
        var quality = qualities is null ? Quality.Good : ReadQuality(file);
        var cell = file[column];
        if (quality is Quality.Missing || missing.Contains(cell) || (column2 >= 0 && missing.Contains(file[column2])))
            return new(series, ticks, kind, double.NaN, double.NaN, null, Quality.Missing);
        return of.Kind switch
        {
            RecordedValueKind.Number => new(series, ticks, kind, ReadNumber(file, cell), 0, null, quality),
            RecordedValueKind.Text => new(series, ticks, kind, 0, 0, ReadText(cell), quality),
            RecordedValueKind.Boolean => new(series, ticks, kind, ReadBoolean(file, cell), 0, null, quality),
            RecordedValueKind.Position => new(
                series, ticks, kind, ReadDouble(file, cell) + of.MoveLongitude, ReadDouble(file, file[column2]) + of.MoveLatitude, null, quality),
            _ => new(
                series, ticks, kind, Humidity.FromDewPoint(ReadDouble(file, cell), ReadDouble(file, file[column2])), 0, null,
                quality == Quality.Good ? Quality.Estimated : quality),
        };
    }

    private Quality ReadQuality(CsvFile file)
    {
        var cell = file[qualityColumn];
        if (qualities!.TryGet(cell, out var known))
            return known;
        string codes = Encoding.UTF8.GetString(cell);
        var worst = Quality.Good;
        foreach (string code in codes.Split(';'))
        {
            if (!of.QualityCodes.TryGetValue(code.Trim(), out var quality))
            {
                throw new RecordingException(
                    file.Path, file.Line,
                    $"Quality code '{code}' of column '{of.QualityColumn}' is not among the codes of {description.Path}:{of.Line}; add it there.");
            }
            if (quality > worst)
                worst = quality;
        }
        if (qualities.Count < MostQualityTexts)
            qualities.Add(codes, worst);
        return worst;
    }

    private double ReadNumber(CsvFile file, ReadOnlySpan<byte> cell)
    {
        if (values is not null)
        {
            return values.TryGet(cell, out double mapped)
                ? mapped
                : throw new RecordingException(
                    file.Path, file.Line, $"'{Encoding.UTF8.GetString(cell)}' of column '{of.Column}' is not among the values of {description.Path}:{of.Line}.");
        }
        if (!isScaled)
            return ReadDouble(file, cell);
        // Decimal keeps 371.33 mm = 0.37133 m; what does not fit a decimal is read as a double.
        return CellNumber.TryDecimal(cell, out decimal exact)
            ? (double)(exact * of.Scale + of.Add)
            : ReadDouble(file, cell) * (double)of.Scale + (double)of.Add;
    }

    private double ReadDouble(CsvFile file, ReadOnlySpan<byte> cell) => CellNumber.TryDouble(cell, out double value)
        ? value
        : throw new RecordingException(
            file.Path, file.Line,
            $"'{Encoding.UTF8.GetString(cell)}' of column '{of.Column}' is not a number. If it means \"no value\", add it to `missing` in {description.Path}.");

    private double ReadBoolean(CsvFile file, ReadOnlySpan<byte> cell)
    {
        if (cell.SequenceEqual("1"u8) || cell.SequenceEqual("true"u8))
            return 1;
        if (cell.SequenceEqual("0"u8) || cell.SequenceEqual("false"u8))
            return 0;
        throw new RecordingException(file.Path, file.Line, $"'{Encoding.UTF8.GetString(cell)}' of column '{of.Column}' is not 0, 1, true or false.");
    }

    // States last: a text that is the same as before is the same object.
    private string ReadText(ReadOnlySpan<byte> cell)
    {
        if (!cell.SequenceEqual(textBytes))
            (text, textBytes) = (Encoding.UTF8.GetString(cell), cell.ToArray());
        return text;
    }
}
