using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>Where the built programs lie: end-to-end tests start them as a user does, as processes.</summary>
internal static class Build
{
    public static string Root { get; } = RepositoryRoot.Path;

    // …/tests/SensorGrid.EndToEnd.Tests/bin/<configuration>/net10.0
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static string Service { get; } = Program("ingest/SensorGrid.Ingest.Service");

    public static string Simulators { get; } = Program("simulators/SensorGrid.Simulators.Cli");

    private static string Program(string project)
    {
        string file = Path.Combine(Root, project, "bin", Configuration, "net10.0", Path.GetFileName(project) + ".dll");
        Assert.True(File.Exists(file), $"{file} is not built: build SensorGrid.sln with -c {Configuration} first");
        return file;
    }
}
