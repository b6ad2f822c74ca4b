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

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
