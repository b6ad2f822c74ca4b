using System.Diagnostics;

namespace SensorGrid.Simulators.Cli.Demo;

/// <summary>Finds what the demo starts and plays: beside this program when it was installed, otherwise in the repository it was built in.</summary>
internal static class Programs
{
    /// <summary>The repository's root, when this program runs from its build output; otherwise null.</summary>
    public static string? RepositoryRoot { get; } = FindRoot();

    /// <summary>How to start a program of SensorGrid.</summary>
    /// <param name="name">Project and assembly name.</param>
    /// <param name="folder">Its project folder in the repository.</param>
    /// <exception cref="DemoException">It is not there.</exception>
    public static ProcessStartInfo Find(string name, string folder)
    {
        // The same configuration and framework as this program: …/bin/Debug/net10.0/.
        string own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string framework = Path.GetFileName(own);
        string configuration = Path.GetFileName(Path.GetDirectoryName(own) ?? "");
        var places = new List<string> { own };
        if (RepositoryRoot is not null)
            places.Add(Path.Combine(RepositoryRoot, folder, name, "bin", configuration, framework));
        foreach (string place in places)
        {
            string assembly = Path.Combine(place, name + ".dll");
            if (!File.Exists(assembly))
                continue;
            string program = Path.Combine(place, OperatingSystem.IsWindows() ? name + ".exe" : name);
            if (File.Exists(program))
                return new(program);
            var start = new ProcessStartInfo("dotnet");
            start.ArgumentList.Add(assembly);
            return start;
        }
        throw new DemoException($"{name} is not built: looked in {string.Join(" and ", places)}. Build the solution: dotnet build SensorGrid.sln");
    }

    private static string? FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SensorGrid.sln")))
                return folder.FullName;
        }
        return null;
    }
}

/// <summary>The demo cannot start or go on: says why, and what to do.</summary>
internal sealed class DemoException(string message) : Exception(message);
