using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using SensorGrid.Edge.Agent;
using SensorGrid.Edge.Uplink;
using SensorGrid.ReadingLog;
using SensorGrid.Readings.Yaml;

// The edge agent: one process for one gateway. Only here does it touch the terminal.
#pragma warning disable RS0030
var configPath = new Option<FileInfo>("--config") { HelpName = "FILE", Required = true, Description = "The gateway's YAML file; its form: edge/docs/edge-agent.md." };
var broker = new Option<string?>("--broker") { HelpName = "URL", Description = "Broker instead of the one in the file, as mqtt://HOST:PORT." };
var outbox = new Option<string?>("--outbox") { HelpName = "DIR", Description = "Outbox folder instead of the one in the file." };
var verbose = new Option<bool>("--verbose") { Description = "Tell about connections too." };
var clockOptions = new AgentClock();
var root = new RootCommand("SensorGrid edge agent: samples sensors, keeps readings on disk, publishes them over MQTT until they are acknowledged.")
{
    configPath, broker, outbox, verbose,
};
clockOptions.AddTo(root);
root.SetAction(async (parsed, stop) =>
{
    var file = parsed.GetRequiredValue(configPath);
    if (!file.Exists)
        return Fail($"{file}: there is no such file. --config names the gateway's YAML file.");
    var messages = new SourceMessages();
    var config = AgentConfigReader.Read(file.ToString(), await File.ReadAllTextAsync(file.FullName, stop), messages);
    foreach (var message in messages.ToList())
        Console.Error.WriteLine(message);
    if (config is null)
        return 2;
    if (parsed.GetValue(broker) is { } url)
    {
        if (!BrokerAddress.TryParse(url, out var address))
            return Fail($"--broker: '{url}' is not a broker address: {BrokerAddress.Rule}.");
        config = config with { Broker = address };
    }
    // A folder in the file is meant beside the file, one on the command line beside the caller.
    string folder = parsed.GetValue(outbox) ?? Path.Combine(file.DirectoryName!, config.OutboxFolder);
    string? passwordFile = config.PasswordFile is null ? null : Path.Combine(file.DirectoryName!, config.PasswordFile);
    config = config with { OutboxFolder = folder, PasswordFile = passwordFile };
    using var loggers = LoggerFactory.Create(builder => builder
        .SetMinimumLevel(parsed.GetValue(verbose) ? LogLevel.Information : LogLevel.Warning)
        .AddSimpleConsole(options => options.SingleLine = true)
        .Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace));
    try
    {
        var run = new AgentRun(
            config, Console.OpenStandardInput(), clockOptions.Create(parsed, TimeProvider.System), Console.Out, loggers.CreateLogger(config.Gateway));
        return await run.RunAsync(stop);
    }
    catch (Exception exception) when (exception is ReadingLogException or IOException or UnauthorizedAccessException or ArgumentException)
    {
        return Fail(exception.Message);
    }
});
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}
