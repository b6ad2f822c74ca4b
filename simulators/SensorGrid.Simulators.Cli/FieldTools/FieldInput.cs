namespace SensorGrid.Simulators.Cli.FieldTools;

/// <summary>Where the field tools read from.</summary>
internal static class FieldInput
{
    /// <summary>A file, or standard input for <c>-</c>.</summary>
    // RS0030: the one place where these tools touch the terminal's input.
#pragma warning disable RS0030
    public static Stream Open(string path) => path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
#pragma warning restore RS0030
}
