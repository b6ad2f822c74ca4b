using System.Globalization;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Simulators.Recordings;

/// <summary>Reads <c>recording.yaml</c>; says everything that is wrong with it at once, each with its place.</summary>
public static class RecordingDescriptionReader
{
    /// <summary>Name of a description inside a recording's folder.</summary>
    public const string FileName = "recording.yaml";

    private static readonly string[] DatastreamKeys =
    [
        "column", "humidity-from", "gateway", "domain", "name", "unit", "kind", "scale", "add", "values", "quality",
    ];

    private static readonly Dictionary<string, RecordedValueKind> Kinds = new(StringComparer.Ordinal)
    {
        ["number"] = RecordedValueKind.Number,
        ["boolean"] = RecordedValueKind.Boolean,
        ["text"] = RecordedValueKind.Text,
    };

    private static readonly Dictionary<string, Quality> Qualities = new(StringComparer.Ordinal)
    {
        ["good"] = Quality.Good,
        ["suspect"] = Quality.Suspect,
        ["estimated"] = Quality.Estimated,
        ["missing"] = Quality.Missing,
        ["bad"] = Quality.Bad,
    };

    /// <summary>Loads a recording: a description file, a folder with one, or a folder of such folders.</summary>
    /// <exception cref="RecordingException">Nothing is there, or something in it is wrong.</exception>
    public static IReadOnlyList<RecordingDescription> Load(string path)
    {
        if (File.Exists(path))
            return [LoadFile(path)];
        if (!Directory.Exists(path))
            throw new RecordingException(path, 0, $"There is no such file or folder. Name a {FileName}, or a folder that holds one.");
        string own = Path.Combine(path, FileName);
        if (File.Exists(own))
            return [LoadFile(own)];
        var found = Directory.GetDirectories(path).Order(StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, FileName)).Where(File.Exists).Select(LoadFile).ToList();
        return found.Count > 0
            ? found
            : throw new RecordingException(path, 0, $"Neither this folder nor one right below it holds a {FileName} (its form: simulators/docs/recordings.md).");
    }

    private static RecordingDescription LoadFile(string path)
    {
        var messages = new SourceMessages();
        var description = Read(path, File.ReadAllText(path), messages);
        if (messages.HasErrors || description is null)
            throw new RecordingException(messages.ToList().Select(message => message.ToString()));
        return description;
    }

    /// <summary>Reads a description.</summary>
    /// <param name="path">Its path; the CSV files are looked for beside it.</param>
    /// <param name="text">Its content.</param>
    /// <param name="messages">Gets what is wrong.</param>
    /// <returns>The description; null when it cannot be used.</returns>
    public static RecordingDescription? Read(string path, string text, SourceMessages messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var root = YamlDocumentReader.Read(path, text, messages);
        if (root is null)
        {
            if (!messages.HasErrors)
                messages.Add(new(path, 1, 1, MessageSeverity.Error, "the file is empty; a recording needs recording, files, time and datastreams or positions"));
            return null;
        }
        var fields = MappingFields.From(
            root, messages, "a recording", "recording", "title", "licence", "files", "time", "missing", "rows", "datastreams", "positions");
        if (fields is null)
            return null;
        string? id = fields.Id("recording", required: true);
        var title = fields.Localized("title");
        var time = ReadTime(fields);
        var files = FindFiles(path, fields, messages);
        var datastreams = fields.Items("datastreams").Select(node => ReadDatastream(node, messages))
            .Concat(fields.Items("positions").Select(node => ReadPosition(node, messages))).ToList();
        if (datastreams.Count == 0)
            fields.Error("datastreams", "a recording needs at least one entry in 'datastreams' or 'positions'");
        if (id is null || time is null || messages.HasErrors)
            return null;
        return new()
        {
            Id = id,
            Title = title?.En ?? id,
            TitleZh = title?.Zh ?? id,
            Licence = fields.Text("licence") ?? "",
            Path = path,
            Files = files,
            Time = time,
            Missing = ReadMissing(fields, messages),
            Rows = ReadRows(fields, messages),
            Datastreams = [.. datastreams.OfType<RecordedDatastream>()],
        };
    }

    private static RecordingTime? ReadTime(MappingFields recording)
    {
        if (recording.Mapping("time", "'time'", required: true, "column", "format", "offset", "spread") is not { } fields)
            return null;
        string? column = fields.Text("column", required: true);
        var formats = fields.Find("format") is SequenceNode
            ? fields.Texts("format").Select(node => node.Value).ToList()
            : fields.Text("format", required: true) is { } one ? [one] : [];
        foreach (string format in formats)
        {
            // A format that cannot even write a time cannot read one.
            if (!TryFormat(format))
                fields.Error("format", $"'{format}' is not a date and time format such as yyyy-MM-ddTHH:mm");
        }
        var offset = TimeSpan.Zero;
        if (fields.Text("offset", required: true) is { } text && !TryOffset(text, out offset))
            fields.Error("offset", $"'{text}' is not an offset from UTC such as +08:00; a place with summer time needs one recording for each offset");
        var spread = fields.Duration("spread") ?? TimeSpan.Zero;
        return column is null ? null : new(column, formats, offset, spread);
    }

    private static RecordedDatastream? ReadDatastream(SourceNode node, SourceMessages messages)
    {
        if (MappingFields.From(node, messages, "a datastream", DatastreamKeys) is not { } fields)
            return null;
        var humidity = fields.Mapping("humidity-from", "'humidity-from'", required: false, "temperature", "dew-point");
        string? column = humidity is null ? fields.Text("column", required: true) : humidity.Text("temperature", required: true);
        string? column2 = humidity?.Text("dew-point", required: true);
        var kind = humidity is not null ? RecordedValueKind.HumidityFromDewPoint
            : fields.Word("kind", Kinds.Keys) is { } word ? Kinds[word] : RecordedValueKind.Number;
        if (humidity is not null)
        {
            foreach (string other in (string[])["column", "kind", "scale", "add", "values"])
            {
                if (fields.Has(other))
                    fields.Error(other, $"'{other}' does not go with 'humidity-from', which computes the value");
            }
        }
        var (qualityColumn, codes) = ReadQuality(fields, messages);
        return Finish(fields, new()
        {
            Kind = kind,
            Column = column ?? "",
            Column2 = column2,
            Gateway = "",
            Domain = "",
            Name = "",
            Scale = ReadDecimal(fields, "scale") ?? 1,
            Add = ReadDecimal(fields, "add") ?? 0,
            Values = ReadValues(fields, messages),
            QualityColumn = qualityColumn,
            QualityCodes = codes,
        });
    }

    private static RecordedDatastream? ReadPosition(SourceNode node, SourceMessages messages)
    {
        if (MappingFields.From(node, messages, "a position", "latitude", "longitude", "gateway", "domain", "name", "move") is not { } fields)
            return null;
        var move = fields.Mapping("move", "'move'", required: false, "latitude", "longitude");
        return Finish(fields, new()
        {
            Kind = RecordedValueKind.Position,
            Column = fields.Text("longitude", required: true) ?? "",
            Column2 = fields.Text("latitude", required: true),
            Gateway = "",
            Domain = "",
            Name = "",
            MoveLongitude = move?.Number("longitude") ?? 0,
            MoveLatitude = move?.Number("latitude") ?? 0,
        });
    }

    private static RecordedDatastream Finish(MappingFields fields, RecordedDatastream datastream)
    {
        string gateway = fields.Text("gateway", required: true) ?? "";
        string domain = fields.Id("domain", required: true) ?? "";
        string name = fields.Text("name", required: true) ?? "";
        // Templates are checked when a row fills them; plain ones here.
        if (gateway.Length > 0 && !gateway.Contains('{', StringComparison.Ordinal) && !Identifier.IsValid(gateway))
            fields.Error("gateway", $"'{gateway}' cannot be a gateway id: {Identifier.Rule}");
        string unit = fields.Node.Find("unit") is null ? "" : fields.Text("unit") ?? "";
        if (unit.Length > 0 && UnitRegistry.IdOf(unit) == UnitRegistry.Unknown)
            fields.Error("unit", $"'{unit}' is not a SenML unit{DidYouMean.Hint(unit, UnitRegistry.Names)}; leave it out when there is none");
        return datastream with { Gateway = gateway, Domain = domain, Name = name, Unit = unit, Line = fields.Node.Line };
    }

    private static (string? Column, Dictionary<string, Quality> Codes) ReadQuality(MappingFields datastream, SourceMessages messages)
    {
        var codes = new Dictionary<string, Quality>(StringComparer.Ordinal);
        if (datastream.Mapping("quality", "'quality'", required: false, "column", "codes") is not { } fields)
            return (null, codes);
        string? column = fields.Text("column", required: true);
        if (fields.Find("codes") is not MappingNode mapping)
        {
            fields.Error("codes", "'codes' of 'quality' is a mapping of each code to good, suspect, estimated, missing or bad");
            return (column, codes);
        }
        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is ScalarNode scalar && Qualities.TryGetValue(scalar.Value, out var quality))
                codes[entry.Key.Value] = quality;
            else
                messages.Error(entry.Value, $"a quality is one of {string.Join(", ", Qualities.Keys)}");
        }
        return (column, codes);
    }

    private static Dictionary<string, double> ReadValues(MappingFields datastream, SourceMessages messages)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        if (datastream.Find("values") is not { } node)
            return values;
        if (node is not MappingNode mapping)
        {
            datastream.Error("values", "'values' is a mapping of texts to numbers");
            return values;
        }
        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is ScalarNode scalar && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                values[entry.Key.Value] = value;
            else
                messages.Error(entry.Value, $"'{entry.Key.Value}' in 'values' needs a number");
        }
        return values;
    }

    private static decimal? ReadDecimal(MappingFields fields, string key)
    {
        if (fields.Text(key) is not { } text)
            return null;
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value))
            return value;
        fields.Error(key, $"'{key}' is a number, not '{text}'");
        return null;
    }

    private static HashSet<string> ReadMissing(MappingFields recording, SourceMessages messages)
    {
        // The empty cell is always a missing value: there is no other way to read it.
        var missing = new HashSet<string>(StringComparer.Ordinal) { "" };
        foreach (var node in recording.Items("missing"))
        {
            if (node is ScalarNode scalar)
                missing.Add(scalar.Value);
            else
                messages.Error(node, "'missing' is a list of texts");
        }
        return missing;
    }

    private static Dictionary<string, IReadOnlySet<string>> ReadRows(MappingFields recording, SourceMessages messages)
    {
        var rows = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        if (recording.Find("rows") is not { } node)
            return rows;
        if (node is not MappingNode mapping)
        {
            recording.Error("rows", "'rows' is a mapping of a column to the list of its wanted values");
            return rows;
        }
        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is SequenceNode { Items.Count: > 0 } list && list.Items.All(item => item is ScalarNode))
                rows[entry.Key.Value] = list.Items.Cast<ScalarNode>().Select(item => item.Value).ToHashSet(StringComparer.Ordinal);
            else
                messages.Error(entry.Value, $"'{entry.Key.Value}' in 'rows' needs the list of its wanted values");
        }
        return rows;
    }

    private static List<string> FindFiles(string path, MappingFields recording, SourceMessages messages)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        IEnumerable<ScalarNode> patterns = recording.Find("files") switch
        {
            SequenceNode => recording.Texts("files", required: true),
            ScalarNode one => [one],
            _ => [],
        };
        var files = new List<string>();
        foreach (var pattern in patterns)
        {
            // Beside the description only: a recording is a folder one can hand on.
            if (pattern.Value.Contains('/', StringComparison.Ordinal) || pattern.Value.Contains('\\', StringComparison.Ordinal))
            {
                messages.Error(pattern, $"'{pattern.Value}': files stand beside the description; name them without a folder");
                continue;
            }
            var found = Directory.GetFiles(folder, pattern.Value).Order(StringComparer.Ordinal).ToList();
            if (found.Count == 0)
                messages.Error(pattern, $"there is no file '{pattern.Value}' in {folder}");
            files.AddRange(found);
        }
        if (files.Count == 0 && !messages.HasErrors)
            recording.Error("files", "a recording needs 'files': a name, a pattern with *, or a list of them");
        return files;
    }

    private static bool TryFormat(string format)
    {
        try
        {
            return DateTime.UnixEpoch.ToString(format, CultureInfo.InvariantCulture).Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool TryOffset(string text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text == "Z")
            return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') ||
            !TimeSpan.TryParseExact(text[1..], @"hh\:mm", CultureInfo.InvariantCulture, out var magnitude) || magnitude > TimeSpan.FromHours(14))
            return false;
        offset = text[0] == '-' ? -magnitude : magnitude;
        return true;
    }
}
