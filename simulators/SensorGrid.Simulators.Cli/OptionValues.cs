using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SensorGrid.Simulators.Cli;

/// <summary>What options of several commands have in common.</summary>
internal static class OptionValues
{
    /// <summary>An option that takes a time (RFC 3339); one without zone is UTC.</summary>
    public static Option<DateTimeOffset?> TimeOption(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => DateTimeOffset.TryParse(
            result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : Refuse<DateTimeOffset?>(result, $"'{result.Tokens[0].Value}' is not a time such as 2015-12-26T00:00:00Z."),
    };

    /// <summary>What a parser returns for a word that it does not take.</summary>
    public static T? Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }
}
