using SensorGrid.EndToEnd.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.RuleTools;

/// <summary>The rule tools as an engineer or a build server starts them, in a folder that goes away.</summary>
internal sealed class RuleTool : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("rule-tools-").FullName;

    public string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public static (int ExitCode, string Output) Run(params string[] arguments)
    {
        return ChildProcess.Run("dotnet", [Build.Simulators, "rules", .. arguments]);
    }

    /// <summary>All that it wrote to standard output, however long.</summary>
    public static async Task<(int ExitCode, string Printed)> RunWholeAsync(params string[] arguments)
    {
        using var run = new ChildProcess("dotnet", [Build.Simulators, "rules", .. arguments]);
        int exit = await run.ExitAsync(TimeSpan.FromMinutes(2));
        return (exit, string.Join('\n', run.Printed));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
