using SensorGrid.FieldProtocols.Hj212;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Keys of stations that encrypt (HJ 212-2025), in a file of their own: a secret does not belong among settings.</summary>
internal sealed record Hj212KeyOptions
{
    /// <summary>A line for each station: its MN, a blank, 32 hex digits; <c>*</c> for all that are not named. Blank lines and lines with # are skipped.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What is peculiar to stations, their keys with it.</summary>
    /// <param name="fallback">What holds for all of them.</param>
    /// <param name="key">Name of the setting, for errors.</param>
    /// <param name="errors">Gets what is wrong; never a key.</param>
    public Hj212Stations ReadStations(Hj212StationOptions fallback, string key, List<string> errors)
    {
        if (KeyFile is null)
            return new(fallback);
        var byMn = new Dictionary<string, Hj212StationOptions>(StringComparer.Ordinal);
        var rest = fallback;
        try
        {
            int number = 0;
            foreach (string line in File.ReadLines(KeyFile))
            {
                number++;
                string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length == 0 || words[0].StartsWith('#'))
                    continue;
                if (words.Length != 2 || words[1].Length != 2 * Sm4.BlockBytes || !words[1].All(char.IsAsciiHexDigit))
                {
                    errors.Add($"{key}: line {number} of {KeyFile} is not an MN and a key of {2 * Sm4.BlockBytes} hex digits.");
                    continue;
                }
                var own = fallback with { Cipher = new(Convert.FromHexString(words[1])) };
                if (words[0] == "*")
                    rest = own;
                else if (!byMn.TryAdd(words[0], own))
                    errors.Add($"{key}: line {number} of {KeyFile} names {words[0]} a second time.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{key}: {e.Message}");
        }
        return new(rest, byMn);
    }
}
