namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Secrets by station, read from a file of lines: the station's address, a blank, the secret; <c>*</c> for all that are not named.</summary>
/// <typeparam name="T">What a secret is.</typeparam>
/// <param name="Rest">Of stations that are not named, or null.</param>
/// <param name="ByStation">Of those that are.</param>
internal sealed record StationSecrets<T>(T? Rest, IReadOnlyDictionary<string, T> ByStation) where T : class
{
    /// <summary>Of a station, or null.</summary>
    public T? Of(string station) => ByStation.GetValueOrDefault(station, Rest!);

    /// <summary>Reads one.</summary>
    /// <param name="file">It; null for none.</param>
    /// <param name="key">Name of the setting, for errors.</param>
    /// <param name="form">What a secret is, for errors.</param>
    /// <param name="parse">Makes one of its text; null when it is none.</param>
    /// <param name="errors">Gets what is wrong; never a secret.</param>
    public static StationSecrets<T> Read(string? file, string key, string form, Func<string, T?> parse, List<string> errors)
    {
        var byStation = new Dictionary<string, T>(StringComparer.Ordinal);
        T? rest = null;
        if (file is null)
            return new(rest, byStation);
        try
        {
            int number = 0;
            foreach (string line in File.ReadLines(file))
            {
                number++;
                string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length == 0 || words[0].StartsWith('#'))
                    continue;
                if (words.Length != 2 || parse(words[1]) is not { } secret)
                    errors.Add($"{key}: line {number} of {file} is not an MN and {form}.");
                else if (words[0] == "*")
                    rest = secret;
                else if (!byStation.TryAdd(words[0], secret))
                    errors.Add($"{key}: line {number} of {file} names {words[0]} a second time.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{key}: {e.Message}");
        }
        return new(rest, byStation);
    }
}
