namespace SensorGrid.Readings.Yaml;

/// <summary>Finds the word that was probably meant.</summary>
public static class DidYouMean
{
    // Comparing is quadratic in the lengths, and a long candidate list would be too: a hint is not worth more.
    private const int MaxCandidates = 5000;

    /// <summary>The nearest of the candidates, when it is near enough; equal but for upper and lower case counts as nearest.</summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        int allowed = Math.Min(3, Math.Max(1, word.Length / 3));
        int bestDistance = allowed + 1;
        foreach (string candidate in candidates.Take(MaxCandidates))
        {
            if (string.Equals(word, candidate, StringComparison.OrdinalIgnoreCase))
                return candidate;
            if (Math.Abs(candidate.Length - word.Length) > allowed || word.Length > Identifier.MaxLength * 4)
                continue;
            int distance = Distance(word, candidate);
            if (distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary><c>; did you mean 'x'?</c>, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Find(word, candidates) is { } found ? $"; did you mean '{found}'?" : "";

    // Damerau's restricted distance: a swap of neighbours is one step, as fingers make it.
    private static int Distance(string one, string other)
    {
        var before = new int[other.Length + 1];
        var above = new int[other.Length + 1];
        var row = new int[other.Length + 1];
        for (int j = 0; j <= other.Length; j++)
            above[j] = j;
        for (int i = 1; i <= one.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int cost = one[i - 1] == other[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + cost);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, above, row) = (above, row, before);
        }
        return above[other.Length];
    }
}
