namespace SensorGrid.FieldProtocols.Sessions;

/// <summary>One argument of a command, as programs name it.</summary>
/// <param name="Name">In lower case: <c>from</c>.</param>
/// <param name="IsOptional">May be left out; then all behind it are too.</param>
/// <param name="IsList">One or more, and the last.</param>
public sealed record StationCommandParameter(string Name, bool IsOptional, bool IsList)
{
    /// <summary>Reads the form that people read.</summary>
    internal static IReadOnlyList<StationCommandParameter> Of(string form)
    {
        var parameters = new List<StationCommandParameter>();
        bool isOptional = false;
        foreach (string word in form.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            isOptional |= word.StartsWith('[');
            parameters.Add(new(word.Trim('[', ']', '…').ToLowerInvariant(), isOptional, word.EndsWith('…')));
        }
        return parameters;
    }
}
