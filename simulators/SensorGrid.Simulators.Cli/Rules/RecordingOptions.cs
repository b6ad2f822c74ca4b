using System.CommandLine;
using System.Globalization;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Time;
using SensorGrid.Readings.Yaml;
using SensorGrid.Simulators.Recordings;
using SensorGrid.Simulators.RuleTools;

namespace SensorGrid.Simulators.Cli.Rules;

/// <summary>The options that say which recordings are played, under which catalogue.</summary>
internal sealed class RecordingOptions
{
    private readonly Option<string[]> recording = new("--recording")
    {
        Description = "A recording.yaml, a folder that holds one, or a folder of such folders; may be given several times. Or one copied log directory, or data folder.", Required = true, Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> catalogue = new("--catalogue")
    {
        Description = "Catalogue file or folder. Without it catalogue.yaml of the first recording's folder, else the folder 'catalogue' in or beside it; for a log, what was in force in it.",
    };

    private readonly Option<DateTimeOffset?> from = OptionValues.TimeOption("--from", "Leave out what was recorded before this time (RFC 3339).");
    private readonly Option<DateTimeOffset?> until = OptionValues.TimeOption("--until", "Leave out what was recorded at or after this time (RFC 3339).");
    private readonly Option<TimeSpan> tail = DurationOption("--tail", "How long nothing comes after the last reading (0s).", TimeSpan.Zero);

    public void AddTo(Command command)
    {
        command.Add(recording);
        command.Add(catalogue);
        command.Add(from);
        command.Add(until);
        command.Add(tail);
    }

    /// <summary>Reads descriptions and catalogue.</summary>
    /// <exception cref="RuleToolException">Something in them is wrong.</exception>
    public PlayedInputs Load(ParseResult parsed)
    {
        string[] paths = parsed.GetRequiredValue(recording);
        if (Array.Exists(paths, path => CopiedLog.FolderOf(path) is not null))
        {
            if (paths.Length > 1)
                throw new RuleToolException(["a log is played alone; give one --recording"]);
            return new([], CopiedLog.Open(paths[0]), parsed.GetValue(catalogue) is { } given ? LoadCatalogue(given) : null, paths[0]);
        }
        try
        {
            RecordingDescription[] recordings = [.. paths.SelectMany(RecordingDescriptionReader.Load)];
            string path = parsed.GetValue(catalogue) ?? CatalogueNear(paths[0])
                ?? throw new RuleToolException([$"{paths[0]}: there is no catalogue in or beside it that says what its datastreams measure; give --catalogue"]);
            return new(recordings, null, LoadCatalogue(path), string.Join(", ", recordings.Select(recording => recording.Id)));
        }
        catch (Exception error) when (error is RecordingException or IOException or UnauthorizedAccessException)
        {
            throw new RuleToolException([error.Message], error);
        }
    }

    /// <summary>Loads rules that must be without mistakes; warnings and progress go to standard error.</summary>
    /// <exception cref="RuleToolException">Something in them is wrong, or in the recordings.</exception>
    public BacktestRun Run(ParseResult parsed, string rulesPath, PlayedInputs inputs, bool sketches)
    {
        var check = RuleSources.Check(rulesPath);
        if (check.Rules is null)
            throw new RuleToolException(check.Messages.Select(message => message.ToString()));
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            var run = Play(parsed, check.Bundle, inputs, sketches, readings => error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{readings / 1_000_000} M readings …")));
            if (run.Readings == 0)
                throw new RuleToolException(["the recordings hold no reading between --from and --until that a gateway would have sent"]);
            // That a pack has rules for sensors this recording has not is ordinary; that a rule does not fit one it has is not.
            foreach (var message in run.Messages.Where(message => message.Severity == MessageSeverity.Error))
                error.WriteLine(message);
            foreach (var series in run.Series.Where(series => !series.IsKnown))
                error.WriteLine($"warning: the catalogue does not have {series.Id}; no rule watches it");
            return run;
        }
        catch (Exception failure) when (failure is RecordingException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new RuleToolException([failure.Message], failure);
        }
    }

    private BacktestRun Play(ParseResult parsed, SourceBundle rules, PlayedInputs inputs, bool sketches, Action<long> progress)
    {
        var (begin, end) = (parsed.GetValue(from), parsed.GetValue(until));
        if (inputs.Log is { } log)
            return LogBacktest.Run(log, inputs.Catalogue, rules, begin, end, parsed.GetValue(tail), sketches, progress);
        using var recorded = new RecordingStream(inputs.Recordings, begin, end);
        return Backtest.Run(inputs.Catalogue!, rules, recorded, parsed.GetValue(tail), sketches, progress);
    }

    private static SourceBundle LoadCatalogue(string path)
    {
        var loaded = RuleSources.LoadCatalogue(path);
        return loaded.Catalogue is null ? throw new RuleToolException(loaded.Messages.Select(message => message.ToString())) : loaded.Bundle;
    }

    public static Option<TimeSpan> DurationOption(string name, string description, TimeSpan otherwise) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => DurationText.TryParse(result.Tokens[0].Value, out var value) && value >= TimeSpan.Zero
            ? value
            : OptionValues.Refuse<TimeSpan>(result, $"'{result.Tokens[0].Value}' is not a duration: {DurationText.Rule}."),
    };

    private static string? CatalogueNear(string recordingPath)
    {
        string folder = File.Exists(recordingPath) ? Path.GetDirectoryName(Path.GetFullPath(recordingPath))! : Path.GetFullPath(recordingPath);
        string[] places = [Path.Combine(folder, "catalogue.yaml"), Path.Combine(folder, "catalogue"), Path.Combine(folder, "..", "catalogue")];
        return places.FirstOrDefault(Path.Exists);
    }
}

/// <summary>What is played.</summary>
/// <param name="Recordings">The recordings; none for a log.</param>
/// <param name="Log">The log, or null.</param>
/// <param name="Catalogue">The catalogue; null to go by what was in force in the log.</param>
/// <param name="Title">What to call it.</param>
internal sealed record PlayedInputs(IReadOnlyList<RecordingDescription> Recordings, CopiedLog? Log, SourceBundle? Catalogue, string Title);
