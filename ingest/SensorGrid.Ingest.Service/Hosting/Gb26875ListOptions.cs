using System.Globalization;
using SensorGrid.FieldProtocols.Gb26875;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The lists of GB/T 26875.3.</summary>
internal sealed record Gb26875ListOptions
{
    /// <summary>Commands besides 2 that are kept and confirmed like data.</summary>
    public IReadOnlyList<string> DataCommands { get; init; } = [];

    /// <summary>The session's options with these lists; errors name the setting.</summary>
    public Gb26875SessionOptions Over(Gb26875SessionOptions session, string section, List<string> errors)
    {
        var commands = new HashSet<byte>();
        foreach (string text in DataCommands)
        {
            if (!byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out byte command) || command is >= 1 and <= 6)
                errors.Add($"{section}:{nameof(DataCommands)}: \"{text}\" is not 0 or 7 to 255; to 1 to 6 the standard gives their meaning.");
            else
                commands.Add(command);
        }
        return session with { DataCommands = commands };
    }
}
