using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Files;

namespace SensorGrid.Alarms.Scenarios;

/// <summary>
/// A scenario on disk, read. A folder is one when it holds <c>readings.csv</c>:
/// <code>
/// rules.yaml | packs.txt    the rules, or the files of the packs folder to take, one a line
/// catalogue.yaml            the catalogue; without it that of the folder above
/// readings.csv              what happens: see <see cref="ScenarioFile"/>
/// expected.txt              the transitions that must come of it, or what is said about files with mistakes
/// other *.yaml              rules that a line of readings.csv puts into force
/// *.geojson                 places to which a line of readings.csv moves a zone
/// </code>
/// </summary>
public sealed class ScenarioFolder
{
    /// <summary>The file that makes a folder a scenario.</summary>
    public const string ReadingsName = "readings.csv";

    private readonly string folder;

    private ScenarioFolder(string folder, string? packs)
    {
        this.folder = folder;
        Files = Directory.GetFiles(folder, "*.yaml").Concat(Directory.GetFiles(folder, "*.geojson")).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        Catalogue = new([new("catalogue.yaml", Files.GetValueOrDefault("catalogue.yaml") ?? CatalogueAbove())]);
        Rules = new(Files.TryGetValue("rules.yaml", out string? rules) ? [new("rules.yaml", rules)] : PackFiles(packs));
        (Records, var recordMessages) = ScenarioFile.Read(ReadingsName, File.ReadAllText(Path.Combine(folder, ReadingsName)));
        Messages = [.. recordMessages, .. RuleMessages()];
        if (Messages.Count == 0 && Records.Count == 0)
            throw new FormatException($"{Path.Combine(folder, ReadingsName)}: holds no line, so nothing can come of it");
    }

    /// <summary>The catalogue in force from the beginning.</summary>
    public SourceBundle Catalogue { get; }

    /// <summary>The rules in force from the beginning.</summary>
    public SourceBundle Rules { get; }

    /// <summary>What happens.</summary>
    public IReadOnlyList<ScenarioRecord> Records { get; }

    /// <summary>The YAML and GeoJSON files of the folder, by name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>What is wrong with the files. A scenario may be about just that.</summary>
    public IReadOnlyList<SourceMessage> Messages { get; }

    /// <summary>Where the expected text stands.</summary>
    public string ExpectedFile => Path.Combine(folder, "expected.txt");

    /// <summary>The expected text; empty before there is any.</summary>
    public string Expected => File.Exists(ExpectedFile) ? File.ReadAllText(ExpectedFile) : "";

    /// <summary>Reads a scenario.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="packs">Folder of the rule packs, needed where the scenario has a <c>packs.txt</c>.</param>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="FormatException">The scenario cannot be played; the message says what to add.</exception>
    public static ScenarioFolder Load(string folder, string? packs)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new(folder, packs);
    }

    /// <summary>The scenario folders at and below a folder, in ordinal order.</summary>
    public static IReadOnlyList<string> Find(string root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return
        [
            .. Directory.GetFiles(root, ReadingsName, SearchOption.AllDirectories)
                .Select(file => Path.GetDirectoryName(file)!).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Plays it from first to last line.</summary>
    /// <returns>What is compared with <see cref="Expected"/>.</returns>
    /// <exception cref="InvalidOperationException">A line names an alarm or a file that does not exist.</exception>
    public string Play()
    {
        if (Messages.Count > 0)
            return MessageText;
        var player = new ScenarioPlayer(new(), Files);
        player.Begin(Catalogue, Rules, Records[0].ReceivedAtTicks);
        foreach (var record in Records)
            player.Play(record);
        return player.Text;
    }

    /// <summary>The messages as <c>expected.txt</c> has them.</summary>
    public string MessageText => string.Concat(Messages.Select(message => message + "\n"));

    private string CatalogueAbove()
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folder))!, "catalogue.yaml");
        return File.Exists(path)
            ? File.ReadAllText(path)
            : throw new FormatException($"{folder}: there is no catalogue.yaml in it or in the folder above; add one");
    }

    private IEnumerable<SourceFile> PackFiles(string? packs)
    {
        string list = Path.Combine(folder, "packs.txt");
        if (!File.Exists(list))
            throw new FormatException($"{folder}: there is neither rules.yaml nor packs.txt; add one");
        if (packs is null)
            throw new FormatException($"{list}: names files of the rule packs, and where these are is not known; give their folder");
        return from line in File.ReadAllText(list).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
               where line[0] != '#'
               select new SourceFile(line, File.ReadAllText(Path.Combine([packs, .. line.Split('/')])));
    }

    private IEnumerable<SourceMessage> RuleMessages()
    {
        var (catalogue, messages) = CatalogueReader.Read(Catalogue);
        return messages.Concat(RuleSetReader.Read(Rules, catalogue).Messages).Where(message => message.Severity == MessageSeverity.Error);
    }
}
