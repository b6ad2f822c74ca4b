using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SensorGrid.Readings.Yaml;
using SensorGrid.Simulators.RuleTools;

namespace SensorGrid.Simulators.Cli.Rules;

/// <summary>What a rule tool answers to the shell.</summary>
internal enum RuleToolExit
{
    Fine = 0,
    Findings = 1,
    Usage = 2,
}

/// <summary>The options that all rule tools have, and how they answer.</summary>
internal sealed class RuleToolOptions
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Answer in JSON, for programs." };

    public Option<string> Language { get; } = LanguageOption();

    public Command AddTo(Command command)
    {
        command.Add(Json);
        command.Add(Language);
        return command;
    }

    public static void WriteJson(ParseResult parsed, object answer) =>
        parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(answer, Readable));

    public void Say(ParseResult parsed, string id, params object[] figures) =>
        parsed.InvocationConfiguration.Output.WriteLine(RuleToolTexts.Say(parsed.GetValue(Language)!, id, figures));

    /// <summary>What is wrong with files that were only means to an end: to standard error.</summary>
    public static int RefuseSources(ParseResult parsed, IEnumerable<SourceMessage> messages)
    {
        foreach (var message in messages)
            parsed.InvocationConfiguration.Error.WriteLine(message);
        return (int)RuleToolExit.Usage;
    }

    /// <summary>What makes the command impossible, to standard error.</summary>
    public static int Refuse(ParseResult parsed, string message)
    {
        parsed.InvocationConfiguration.Error.WriteLine(message);
        return (int)RuleToolExit.Usage;
    }

    public static object ToJson(SourceMessage message) => new
    {
        message.File, message.Line, message.Column, Severity = message.Severity == MessageSeverity.Error ? "error" : "warning", message.Text,
    };

    /// <summary>UTC ticks as answers say them, to the second.</summary>
    public static string Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Option<string> LanguageOption()
    {
        var language = new Option<string>("--language")
        {
            Description = "zh or en; without it the language of LC_ALL or LANG, else en.",
            DefaultValueFactory = _ =>
                (Environment.GetEnvironmentVariable("LC_ALL") ?? Environment.GetEnvironmentVariable("LANG") ?? "").StartsWith("zh", StringComparison.Ordinal)
                    ? "zh" : "en",
        };
        return language.AcceptOnlyFromAmong("zh", "en");
    }
}
