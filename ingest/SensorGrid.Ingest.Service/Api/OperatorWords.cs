namespace SensorGrid.Ingest.Service.Api;

/// <summary>What a person who does something says of themselves and of it.</summary>
internal static class OperatorWords
{
    private const int MaxOperatorLength = 64;
    private const int MaxNoteLength = 1000;

    /// <summary>What is wrong with it, or null.</summary>
    public static string? ProblemOf(string @operator, string? note)
    {
        string name = @operator.Trim();
        if (name.Length is 0 or > MaxOperatorLength || name.Any(char.IsControl))
            return $"operator must be a name of 1 to {MaxOperatorLength} characters without control characters.";
        if (note is not null && (note.Length > MaxNoteLength || note.Any(c => char.IsControl(c) && c is not ('\n' or '\t'))))
            return $"note must be at most {MaxNoteLength} characters without control characters.";
        return null;
    }
}
