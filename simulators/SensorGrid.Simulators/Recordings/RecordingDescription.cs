using SensorGrid.Readings;

namespace SensorGrid.Simulators.Recordings;

/// <summary>What <c>recording.yaml</c> says: how the rows of some CSV files become readings. Made by
/// <see cref="RecordingDescriptionReader"/>; format in <c>simulators/docs/recordings.md</c>.</summary>
public sealed record RecordingDescription
{
    /// <summary>Short name.</summary>
    public required string Id { get; init; }

    /// <summary>Title in English.</summary>
    public required string Title { get; init; }

    /// <summary>Title in Chinese.</summary>
    public string TitleZh { get; init; } = "";

    /// <summary>Licence of the data.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Path of the description, for messages.</summary>
    public required string Path { get; init; }

    /// <summary>CSV files, plain or gzip, in ordinal order of their names.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Where time stands.</summary>
    public required RecordingTime Time { get; init; }

    /// <summary>Cell texts that mean "no value".</summary>
    public IReadOnlySet<string> Missing { get; init; } = new HashSet<string>(StringComparer.Ordinal) { "" };

    /// <summary>Rows to take: column to its wanted cell texts. Empty = all rows.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> Rows { get; init; } = new Dictionary<string, IReadOnlySet<string>>();

    /// <summary>What each row yields, in this order.</summary>
    public required IReadOnlyList<RecordedDatastream> Datastreams { get; init; }
}

/// <summary>The time column.</summary>
/// <param name="Column">Its header.</param>
/// <param name="Formats">.NET custom formats, tried in order.</param>
/// <param name="Offset">Offset from UTC of the clock that wrote it.</param>
/// <param name="Spread">When above zero: rows of one instant are spread evenly over this span (sources that cut times to the minute).</param>
public sealed record RecordingTime(string Column, IReadOnlyList<string> Formats, TimeSpan Offset, TimeSpan Spread);

/// <summary>How a value is computed from a row.</summary>
public enum RecordedValueKind
{
    /// <summary>A number from one column.</summary>
    Number,

    /// <summary>0 or 1 from one column.</summary>
    Boolean,

    /// <summary>Text from one column.</summary>
    Text,

    /// <summary>Relative humidity from a temperature and a dew-point column.</summary>
    HumidityFromDewPoint,

    /// <summary>A position from a latitude and a longitude column.</summary>
    Position,
}

/// <summary>One datastream, or a family of them, that each row yields.</summary>
public sealed record RecordedDatastream
{
    /// <summary>How the value is made.</summary>
    public required RecordedValueKind Kind { get; init; }

    /// <summary>The column; the temperature; the longitude.</summary>
    public required string Column { get; init; }

    /// <summary>The dew point; the latitude.</summary>
    public string? Column2 { get; init; }

    /// <summary>Gateway id; may hold <c>{column}</c>.</summary>
    public required string Gateway { get; init; }

    /// <summary>Domain id.</summary>
    public required string Domain { get; init; }

    /// <summary>SenML name; may hold <c>{column}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>SenML unit, or empty.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Value = cell × Scale + Add, computed in decimal so that 371.33 mm is 0.37133 m.</summary>
    public decimal Scale { get; init; } = 1;

    /// <summary>See <see cref="Scale"/>.</summary>
    public decimal Add { get; init; }

    /// <summary>Numbers for texts, such as compass points. Empty = the cell is the number.</summary>
    public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

    /// <summary>Column with quality codes.</summary>
    public string? QualityColumn { get; init; }

    /// <summary>Meaning of each code.</summary>
    public IReadOnlyDictionary<string, Quality> QualityCodes { get; init; } = new Dictionary<string, Quality>();

    /// <summary>Degrees added to the longitude.</summary>
    public double MoveLongitude { get; init; }

    /// <summary>Degrees added to the latitude.</summary>
    public double MoveLatitude { get; init; }

    /// <summary>Line in the description, for messages.</summary>
    public int Line { get; init; }
}
