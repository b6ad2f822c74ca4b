using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>What fault injection needs of the machine; a test without it skips and says why.</summary>
internal static class Tools
{
    /// <summary>Skips unless a program is there.</summary>
    public static string Need(string program, string package)
    {
        string? found = ChildProcess.Find(program);
        Skip.If(found is null, $"{program} is not installed (apt install {package})");
        return found!;
    }

    /// <summary>Skips unless this is root.</summary>
    public static void NeedRoot(string what) => Skip.IfNot(Environment.IsPrivilegedProcess, $"only root may {what}");

    /// <summary>Skips unless the long tests were asked for.</summary>
    public static void NeedNightly() =>
        Skip.If(Environment.GetEnvironmentVariable("SENSORGRID_NIGHTLY") is null, "takes minutes: runs in tests/nightly.sh (SENSORGRID_NIGHTLY=1)");

    /// <summary>strace that changes what a system call of the service gives; only calls on the path are touched when one is given.</summary>
    public static string[] Inject(string call, string what, params string[] more) =>
        [Need("strace", "strace"), "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:{what}", .. more];

    /// <summary>A number from the environment.</summary>
    public static int Number(string variable, int standard) => int.TryParse(Environment.GetEnvironmentVariable(variable), out int asked) ? asked : standard;
}
