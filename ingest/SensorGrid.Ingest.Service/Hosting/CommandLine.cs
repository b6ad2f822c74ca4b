using System.CommandLine;
using System.CommandLine.Help;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The command line: a few named options for what differs between two starts, and <c>--Section:Key value</c> for every
/// other setting. Says nothing itself; the caller prints.</summary>
internal sealed class CommandLine
{
    // Option on the command line → setting it stands for.
    private static readonly (string Option, string Key, string Argument, string Help)[] Named =
    [
        ("--data", "Data:Folder", "DIR", "Folder of log, time series and state (default: ~/.local/share/sensorgrid)."),
        ("--http", "Http:Listen", "ADDR:PORT", "Address of API and console (default 127.0.0.1:8080; port 0 = a free one)."),
        ("--mqtt", "Mqtt:Listen", "ADDR:PORT", "Address gateways connect to (default 127.0.0.1:1883; port 0 = a free one)."),
        ("--catalogue", "Catalogue:Folder", "DIR", "Folder of catalogue YAML files (default: none, datastreams are unassigned)."),
        ("--rules", "Rules:Folder", "DIR", "Folder of rule YAML files (default: the packs that come with the service)."),
        ("--clock-start", "Clock:Start", "TIME", "Simulated clock: the simulated time at --clock-origin."),
        ("--clock-origin", "Clock:Origin", "TIME", "Simulated clock: the real time at which --clock-start was."),
        ("--clock-speed", "Clock:Speed", "N", "Simulated clock: simulated seconds in one real second."),
    ];

    private const string Description = """
        SensorGrid's service: takes readings from city sensor gateways over MQTT, keeps every acknowledged one, stores time series,
        evaluates rules, raises alarms, and serves the dispatcher's console.

        With the command resend it sends what an external store refused again (ingest/docs/external-stores.md).

        Every other setting: in appsettings.json in the folder it is started from, as an environment variable such as
        SENSORGRID_MQTT__MODE=External, or as --Section:Key value. ingest/docs/service.md lists them all.
        """;

    private readonly RootCommand root = new(Description);
    private readonly Option<string> store = new("--store") { HelpName = "NAME", Description = "Name of the external store (may be left out when there is only one)." };
    private readonly Command resend = new(
        "resend", "Sends what an external store refused (its dead letters in the data folder) again, and removes what it accepts. Takes the settings of the "
        + "service: start it with the same ones. The service may run meanwhile.");
    private readonly ParseResult parsed;
    private readonly Dictionary<string, string?> settings = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> errors = [];

    /// <param name="args">As given to the program.</param>
    /// <param name="commands">What it does besides serving, each with options of its own.</param>
    public CommandLine(IReadOnlyList<string> args, params IEnumerable<Command> commands)
    {
        foreach (var command in commands)
            root.Subcommands.Add(command);
        // Without an action of its own a command that has others asks for one of those. What is done is the caller's.
        root.SetAction(static _ => ExitCode.Stopped);
        resend.SetAction(static _ => ExitCode.Stopped);
        var options = Named.Select(named => (named.Key, Option: new Option<string>(named.Option) { HelpName = named.Argument, Description = named.Help })).ToArray();
        foreach (var (_, option) in options)
        {
            root.Options.Add(option);
            resend.Options.Add(option);
        }
        resend.Options.Add(store);
        root.Subcommands.Add(resend);
        parsed = root.Parse(TakeSettings(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        errors.AddRange(parsed.Errors.Select(error => error.Message));
        foreach (var (key, option) in options)
        {
            if (parsed.GetResult(option) is { Tokens: [.., var last] })
                settings[key] = last.Value;
        }
    }

    public IReadOnlyList<string> Errors => errors;

    /// <summary>True for <c>--help</c> and <c>--version</c>, which <see cref="ShowAsync"/> then answers.</summary>
    public bool IsQuestion => parsed.Action is HelpAction || parsed.Action?.GetType().Name == "VersionOptionAction";

    /// <summary>Dead letters are to be sent again instead of starting the service.</summary>
    public bool IsResend => parsed.CommandResult.Command == resend;

    /// <summary>The store whose dead letters are meant; null when none was named.</summary>
    public string? ResendStore => parsed.GetValue(store);

    /// <summary>True for a command with options of its own, which <see cref="RunCommandAsync"/> then runs.</summary>
    public bool IsCommand => parsed.CommandResult.Command != root && !IsResend;

    /// <summary>Runs the command, or says what is wrong with its options.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunCommandAsync(TextWriter errorOutput)
    {
        if (errors.Count == 0)
            return await parsed.InvokeAsync();
        foreach (string error in errors)
            await errorOutput.WriteLineAsync(error);
        await errorOutput.WriteLineAsync($"'{parsed.CommandResult.Command.Name} --help' says what there is.");
        return ExitCode.WrongSettings;
    }

    public Task<int> ShowAsync(TextWriter output) => parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = output });

    /// <summary>The command line over the environment over <c>appsettings.json</c>.</summary>
    public IConfiguration ToConfiguration(string settingsFolder) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(Path.GetFullPath(settingsFolder), "appsettings.json"), optional: true, reloadOnChange: false)
        .AddEnvironmentVariables("SENSORGRID_")
        .AddInMemoryCollection(settings)
        .Build();

    /// <summary>Takes <c>--Section:Key value</c> and <c>--Section:Key=value</c> out, and gives back the rest.</summary>
    private List<string> TakeSettings(IReadOnlyList<string> args)
    {
        var rest = new List<string>(args.Count);
        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            int equals = arg.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? arg : arg[..equals];
            if (!name.StartsWith("--", StringComparison.Ordinal) || !name.Contains(':', StringComparison.Ordinal))
                rest.Add(arg);
            else if (equals >= 0)
                settings[name[2..]] = arg[(equals + 1)..];
            else if (i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
                settings[name[2..]] = args[++i];
            else
                errors.Add($"{name}: a value is missing after it.");
        }
        return rest;
    }
}
