using SensorGrid.Alarms.Scenarios;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Files;
using SensorGrid.Testing;

namespace SensorGrid.Alarms.Tests.Scenarios;

/// <summary>A folder of <c>tests/scenarios</c>, read: see <c>tests/scenarios/README.md</c>.</summary>
internal sealed class ScenarioFolder
{
    private static readonly string Root = RepositoryRoot.Combine("tests", "scenarios");

    private readonly string folder;

    private ScenarioFolder(string name)
    {
        folder = Path.Combine(Root, name);
        Files = Directory.GetFiles(folder, "*.yaml").ToDictionary(file => Path.GetFileName(file), Text);
        Catalogue = new([new("catalogue.yaml", Files.GetValueOrDefault("catalogue.yaml") ?? Text(Path.Combine(Root, "catalogue.yaml")))]);
        Rules = new(Files.ContainsKey("rules.yaml") ? [new("rules.yaml", Files["rules.yaml"])] : PackFiles());
        (Records, var recordMessages) = ScenarioFile.Read("readings.csv", Text(Path.Combine(folder, "readings.csv")));
        Messages = [.. recordMessages, .. RuleMessages()];
    }

    public static IEnumerable<string> Names =>
        Directory.GetDirectories(Root).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

    public SourceBundle Catalogue { get; }

    public SourceBundle Rules { get; }

    public IReadOnlyList<ScenarioRecord> Records { get; }

    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>What is wrong with the files. A scenario may be about just that.</summary>
    public IReadOnlyList<SourceMessage> Messages { get; }

    public string ExpectedFile => Path.Combine(folder, "expected.txt");

    public string Expected => Text(ExpectedFile);

    public static ScenarioFolder Load(string name) => new(name);

    private IEnumerable<SourceFile> PackFiles() =>
        from line in Text(Path.Combine(folder, "packs.txt")).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        where line[0] != '#'
        select new SourceFile(line, Text(RepositoryRoot.Combine(["rules", "packs", .. line.Split('/')])));

    private IEnumerable<SourceMessage> RuleMessages()
    {
        var (catalogue, messages) = CatalogueReader.Read(Catalogue);
        return messages.Concat(RuleSetReader.Read(Rules, catalogue).Messages).Where(message => message.Severity == MessageSeverity.Error);
    }

    private static string Text(string path) => File.ReadAllText(path);
}
