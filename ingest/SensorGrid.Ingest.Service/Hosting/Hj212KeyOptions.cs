using SensorGrid.FieldProtocols.Hj212;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Secrets of HJ 212's stations, each kind in a file of its own: they do not belong among settings.</summary>
internal sealed record Hj212KeyOptions
{
    /// <summary>Keys of stations that encrypt (2025). A line for each station: its MN, a blank, 32 hex digits; <c>*</c> for all that are not named. Blank lines and lines with #
    /// are skipped.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Passwords of stations (PW), which commands to them carry. A line for each station: its MN, a blank, the password; otherwise as <see cref="KeyFile"/>. A station
    /// without one gets that which it sent.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The setting that names each file, and its path.</summary>
    /// <param name="section">Name of the settings' section.</param>
    public IReadOnlyList<(string Key, string Path)> FilesOf(string section) =>
    [
        .. new[] { ($"{section}:{nameof(KeyFile)}", KeyFile), ($"{section}:{nameof(PasswordFile)}", PasswordFile) }
            .Where(file => file.Item2 is not null).Select(file => (file.Item1, file.Item2!)),
    ];

    /// <summary>What is peculiar to stations, their secrets with it.</summary>
    /// <param name="fallback">What holds for all of them.</param>
    /// <param name="section">Name of the settings' section, for errors.</param>
    /// <param name="errors">Gets what is wrong; never a secret.</param>
    public Hj212Stations ReadStations(Hj212StationOptions fallback, string section, List<string> errors)
    {
        if (fallback.CheckPassword && PasswordFile is null)
            errors.Add($"{section}:{nameof(Hj212StationOptions.CheckPassword)} needs {nameof(PasswordFile)}: no password is known without it.");
        var keys = StationSecrets<Sm4>.Read(
            KeyFile, $"{section}:{nameof(KeyFile)}", $"a key of {2 * Sm4.BlockBytes} hex digits",
            text => text.Length == 2 * Sm4.BlockBytes && text.All(char.IsAsciiHexDigit) ? new(Convert.FromHexString(text)) : null, errors);
        var passwords = StationSecrets<Hj212Password>.Read(
            PasswordFile, $"{section}:{nameof(PasswordFile)}", $"a password of 1 to {Hj212Password.LongestText} ASCII signs without ; , = & #",
            text => Hj212Password.TryCreate(text, out var password) ? password : null, errors);
        return new(
            fallback with { Cipher = keys.Rest, Password = passwords.Rest },
            keys.ByStation.Keys.Union(passwords.ByStation.Keys, StringComparer.Ordinal)
                .ToDictionary(mn => mn, mn => fallback with { Cipher = keys.Of(mn), Password = passwords.Of(mn) }, StringComparer.Ordinal));
    }
}
