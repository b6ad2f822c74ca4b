using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SensorGrid.Repository.Tests;

/// <summary>What must stay true of the repository as a whole: who may reference whom, and that nothing is left out.</summary>
public sealed partial class RepositoryTests
{
    private static readonly string Root = FindRoot();

    /// <summary>The arrows of the design: each library may reference these projects directly, and no others.</summary>
    private static readonly Dictionary<string, string[]> AllowedReferences = new(StringComparer.Ordinal)
    {
        ["SensorGrid.Readings"] = [],
        ["SensorGrid.ReadingLog"] = ["SensorGrid.Readings"],
        ["SensorGrid.FieldProtocols"] = ["SensorGrid.Readings"],
        ["SensorGrid.Rules"] = ["SensorGrid.Readings"],
        ["SensorGrid.Edge"] = ["SensorGrid.ReadingLog", "SensorGrid.FieldProtocols", "SensorGrid.Rules"],
        ["SensorGrid.Alarms"] = ["SensorGrid.Rules"],
        ["SensorGrid.Dispatch"] = ["SensorGrid.Alarms"],
        ["SensorGrid.Storage"] = ["SensorGrid.Readings"],
        ["SensorGrid.Ingest"] = ["SensorGrid.ReadingLog", "SensorGrid.FieldProtocols", "SensorGrid.Rules"],
        ["SensorGrid.Simulators"] = ["SensorGrid.Readings", "SensorGrid.FieldProtocols", "SensorGrid.Rules", "SensorGrid.Alarms"],
    };

    /// <summary>Executables reference what they wire; nothing references an executable but a test, or to have it built.</summary>
    private static readonly string[] Executables = ["SensorGrid.Edge.Agent", "SensorGrid.Ingest.Service", "SensorGrid.Simulators.Cli"];

    private static readonly string[] TopLevel =
        ["edge", "ingest", "rules", "simulators", "tests", "benches", "SensorGrid.sln", "README.md", "README.zh-CN.md", "LICENSE", "global.json", "nuget.config", "BannedSymbols.txt"];

    private static readonly string[] ProjectFiles = [.. Directory
        .EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
        .Where(file => !IsBuildOutput(file))
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal)];

    public static TheoryData<string> Projects => [.. ProjectFiles];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_project_is_in_the_solution(string project)
    {
        string solution = File.ReadAllText(Path.Combine(Root, "SensorGrid.sln")).Replace('\\', '/');
        Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal);
    }

    [Fact]
    public void The_solution_is_of_the_classic_format_and_lists_no_project_that_is_gone()
    {
        string solution = File.ReadAllText(Path.Combine(Root, "SensorGrid.sln")).Replace('\\', '/');
        Assert.Contains("Microsoft Visual Studio Solution File, Format Version", solution, StringComparison.Ordinal);
        var listed = SolutionProject().Matches(solution).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(listed);
        Assert.All(listed, project => Assert.True(File.Exists(Path.Combine(Root, project)), $"{project} is in SensorGrid.sln but not on disk"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_follow_the_arrows_of_the_design(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        var references = XDocument.Load(Path.Combine(Root, project)).Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')))
            .ToList();
        if (AllowedReferences.TryGetValue(name, out string[]? allowed))
        {
            Assert.All(references, reference => Assert.Contains(reference, allowed));
            return;
        }
        bool mayReferenceExecutables = project.StartsWith("tests/", StringComparison.Ordinal) || project.StartsWith("benches/", StringComparison.Ordinal);
        Assert.True(mayReferenceExecutables || Executables.Contains(name), $"{project} is no known library or executable: say in {nameof(RepositoryTests)} what it may reference");
        if (!mayReferenceExecutables)
            Assert.All(references, reference => Assert.DoesNotContain(reference, Executables));
    }

    [Fact]
    public void The_simulators_reach_a_service_over_the_network_only()
    {
        string cli = Path.Combine(Root, "simulators/SensorGrid.Simulators.Cli/SensorGrid.Simulators.Cli.csproj");
        var linked = XDocument.Load(cli).Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));
        Assert.All(linked, reference => Assert.DoesNotMatch("^SensorGrid\\.(Ingest|Storage)", reference));
    }

    [Fact]
    public void Only_the_agreed_names_stand_at_the_top_level()
    {
        var names = TrackedFiles().Select(file => file.Split('/')[0]).Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(
            TopLevel.Contains(name) || name.StartsWith('.') || name.StartsWith("Directory.", StringComparison.Ordinal),
            $"{name} is not part of the agreed top level"));
    }

    [Fact]
    public void Every_package_is_versioned_centrally_and_locked()
    {
        Assert.All(ProjectFiles, file =>
        {
            string project = Path.Combine(Root, file);
            Assert.All(
                XDocument.Load(project).Descendants("PackageReference"),
                package => Assert.True(package.Attribute("Version") is null, $"{project}: {package.Attribute("Include")?.Value} has its own version"));
            Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), $"{project} has no packages.lock.json: run dotnet restore and commit it");
        });
    }

    [Fact]
    public void No_build_output_is_tracked() =>
        Assert.All(TrackedFiles(), file => Assert.DoesNotMatch("(^|/)(bin|obj|node_modules|dist|TestResults)/", file));

    [Fact]
    public void Public_test_vectors_and_recordings_say_where_they_come_from() => Assert.All(
        Directory.EnumerateDirectories(Path.Combine(Root, "tests/recordings")).Where(folder => File.Exists(Path.Combine(folder, "recording.yaml"))).Append(Path.Combine(Root, "tests/vectors")),
        folder =>
        {
            string readme = Path.Combine(folder, "README.md");
            Assert.True(File.Exists(readme), $"{folder} has no README.md");
            Assert.Matches("(?i)licen[cs]e", File.ReadAllText(readme));
        });

    private static List<string> TrackedFiles()
    {
        var start = new ProcessStartInfo("git", ["ls-files"]) { WorkingDirectory = Root, RedirectStandardOutput = true };
        using var git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static bool IsBuildOutput(string file) => BuildOutput().IsMatch(file.Replace('\\', '/'));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SensorGrid.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"no SensorGrid.sln above {AppContext.BaseDirectory}");
    }

    [GeneratedRegex("\"([^\"]+\\.csproj)\"")]
    private static partial Regex SolutionProject();

    [GeneratedRegex("/(bin|obj|node_modules)/")]
    private static partial Regex BuildOutput();
}
