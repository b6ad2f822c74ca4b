using System.Text;
using SensorGrid.Ingest.Service.Commands;
using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Rig;

/// <summary>Runs a command as the command line would, and keeps what it wrote.</summary>
internal static class ServiceCommand
{
    public static Task<(int ExitCode, byte[] Output, string Errors)> RunAsync(params string[] arguments) => RunWithInputAsync(null, arguments);

    /// <summary>With a line that is typed when it is asked for.</summary>
    public static async Task<(int ExitCode, byte[] Output, string Errors)> RunWithInputAsync(string? typed, params string[] arguments)
    {
        using var output = new MemoryStream();
        var errors = new StringWriter();
        var line = new CommandLine(arguments, ServiceCommands.Create(_ => typed, () => output, errors));
        Assert.True(line.IsCommand);
        int code = await line.RunCommandAsync(errors);
        return (code, output.ToArray(), errors.ToString());
    }

    /// <summary>Runs one that must succeed.</summary>
    public static async Task<string> SucceedAsync(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);
        Assert.True(code == 0, errors);
        return Encoding.UTF8.GetString(output);
    }
}
