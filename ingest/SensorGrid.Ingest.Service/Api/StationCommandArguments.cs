using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>Arguments by name, as JSON has them → one behind the other, as a command takes them.</summary>
internal static class StationCommandArguments
{
    // As many parts as a packet of GB/T 26875.3 holds; no argument is longer than an address.
    private const int MostItems = 102;
    private const int LongestText = 128;

    public static bool TryRead(
        StationCommandVerb verb, IReadOnlyDictionary<string, JsonElement>? named, out IReadOnlyList<string> arguments, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        var taken = new List<string>();
        arguments = taken;
        named ??= new Dictionary<string, JsonElement>();
        string takes = verb.Parameters.Count == 0 ? "none" : string.Join(", ", verb.Parameters.Select(parameter => parameter.Name));
        if (named.Keys.FirstOrDefault(name => verb.Parameters.All(parameter => parameter.Name != name)) is { } unknown)
        {
            problem = Wrong(verb, unknown, $"{verb.Name} has no argument \"{unknown}\"; it takes {takes}.");
            return false;
        }
        string? leftOut = null;
        foreach (var parameter in verb.Parameters)
        {
            if (!named.TryGetValue(parameter.Name, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                leftOut ??= parameter.Name;
                if (parameter.IsOptional)
                    continue;
                problem = Wrong(verb, parameter.Name, $"{verb.Name} needs the argument {parameter.Name}; it takes {takes}.");
                return false;
            }
            // They are told apart by their places.
            if (leftOut is not null)
            {
                problem = Wrong(verb, leftOut, $"{leftOut} may be left out only with all behind it ({takes}).");
                return false;
            }
            if (!TryAdd(parameter, value, taken))
            {
                problem = Wrong(verb, parameter.Name, $"{parameter.Name} must be a text of 1 to {LongestText} characters, a whole number, true or false{(parameter.IsList ? $", or a list of 1 to {MostItems} of these" : "")}.");
                return false;
            }
        }
        problem = null;
        return true;
    }

    private static bool TryAdd(StationCommandParameter parameter, JsonElement value, List<string> taken)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return TryAdd(value, taken);
        return parameter.IsList && value.GetArrayLength() is >= 1 and <= MostItems && value.EnumerateArray().All(item => TryAdd(item, taken));
    }

    private static bool TryAdd(JsonElement value, List<string> taken)
    {
        string? text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "on",
            JsonValueKind.False => "off",
            _ => null,
        };
        if (text is null || text.Length is 0 or > LongestText || text.Any(char.IsControl))
            return false;
        taken.Add(text);
        return true;
    }

    private static ProblemHttpResult Wrong(StationCommandVerb verb, string argument, string detail) =>
        StationProblems.BadArgument(argument, verb.Name, [.. verb.Parameters.Select(parameter => parameter.Name)], detail);
}
