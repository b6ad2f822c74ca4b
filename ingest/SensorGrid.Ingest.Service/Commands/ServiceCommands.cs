using System.CommandLine;
using System.Globalization;
using SensorGrid.Ingest.Service.Commands.Backup;
using SensorGrid.Ingest.Service.Commands.Export;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.ReadingLog;
using SensorGrid.Storage;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Commands;

/// <summary>What the program does besides serving: <c>backup</c>, <c>restore</c>, <c>export</c>, <c>password-hash</c>.</summary>
internal static class ServiceCommands
{
    /// <param name="readPassword">Asks for a password with a prompt.</param>
    /// <param name="output">Standard output: exported bytes.</param>
    /// <param name="progress">Standard error: progress, and what went wrong.</param>
    public static IEnumerable<Command> Create(Func<string, string?> readPassword, Func<Stream> output, TextWriter progress)
    {
        yield return Backup(progress);
        yield return Restore(progress);
        yield return Export(output, progress);
        yield return HashPassword(readPassword, output, progress);
    }

    private static Command Backup(TextWriter progress)
    {
        var (data, to) = (Folder("--data", "Data folder of the service, running or stopped."), Folder("--to", "New folder for the backup."));
        var copy = new Option<bool>("--copy") { Description = "Copy Parquet files even where a second name (hard link) would do: for a backup that shall survive damage of the originals." };
        var command = new Command("backup", "Makes a copy of a data folder that a service can start on. The service may run meanwhile.") { data, to, copy };
        Act(command, progress, (line, cancellation) => Task.FromResult(
            new BackupCommand(Path.GetFullPath(line.GetValue(data)!), Path.GetFullPath(line.GetValue(to)!), !line.GetValue(copy), TimeProvider.System, progress).Run(cancellation)));
        return command;
    }

    private static Command Restore(TextWriter progress)
    {
        var (from, data) = (Folder("--from", "Folder that 'backup' made."), Folder("--data", "New data folder; one that is not empty is refused."));
        var command = new Command("restore", "Makes a data folder from a backup and compares every file with its checksum.") { from, data };
        Act(command, progress, (line, cancellation) => Task.FromResult(
            new RestoreCommand(Path.GetFullPath(line.GetValue(from)!), Path.GetFullPath(line.GetValue(data)!), progress).Run(cancellation)));
        return command;
    }

    private static Command Export(Func<Stream> output, TextWriter progress)
    {
        var data = Folder("--data", "Data folder of the service. While it runs the readings come from its HTTP API, else from the folder.");
        var datastream = new Option<string>("--datastream") { Description = "A datastream (gateway/name), or several: * stands for any text, ? for one character.", HelpName = "KEY|PATTERN", Required = true };
        var from = new Option<string>("--from") { Description = "Start, inclusive: an RFC 3339 time such as 2026-01-31T08:00:00Z.", HelpName = "TIME", Required = true };
        var to = new Option<string>("--to") { Description = "End, exclusive; the present when it is left out.", HelpName = "TIME" };
        var format = new Option<ExportFormat>("--format") { Description = "parquet, csv (RFC 4180) or line (InfluxDB line protocol).", HelpName = "parquet|csv|line", Required = true };
        var file = new Option<string>("--out") { Description = "File to write; - is standard output.", HelpName = "FILE|-", Required = true };
        var command = new Command("export", "Writes readings into a file, in order of datastream and time; progress goes to stderr.") { data, datastream, from, to, format, file };
        Act(command, progress, async (line, cancellation) =>
        {
            var start = ReadTime("--from", line.GetValue(from)!);
            var end = line.GetValue(to) is { } text ? ReadTime("--to", text) : TimeProvider.System.GetUtcNow();
            if (start >= end)
                throw new StartException([$"--from {start:O} is not before --to {end:O}."], ExitCode.WrongSettings);
            using var source = Source(Path.GetFullPath(line.GetValue(data)!));
            string path = line.GetValue(file)!;
            using var target = new ExportTarget(line.GetValue(format), path == "-" ? null : Path.GetFullPath(path), output());
            return await new ExportCommand(source, target, progress).RunAsync(line.GetValue(datastream)!, start, end, cancellation);
        });
        return command;
    }

    private static Command HashPassword(Func<string, string?> readPassword, Func<Stream> output, TextWriter progress)
    {
        var generate = new Option<bool>("--generate") { Description = "Make a password instead of asking for one, and show it on stderr." };
        var rounds = new Option<int?>("--rounds")
        {
            Description = $"Rounds of PBKDF2 (default {PasswordHash.DefaultIterations}; {PasswordHashCommand.GeneratedGatewayRounds} for a generated password of a gateway, which nobody can guess).",
            HelpName = "N",
        };
        var gateways = new Option<string[]>("--gateway")
        {
            Description = "Print a line for Mqtt:Access:GatewayPasswordFile instead; several gateways may be named, with --generate.", HelpName = "ID", AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(
            "password-hash", "Prints the hash of a password for an MQTT account (Mqtt:Accounts:N:PasswordHash, or a file named by PasswordHashFile) or for gateways. The password is "
            + "typed, or comes as one line of standard input; never on the command line.") { generate, rounds, gateways };
        Act(command, progress, (line, _) => Task.FromResult(
            new PasswordHashCommand(readPassword, output(), progress).Run(line.GetValue(generate), line.GetValue(rounds), line.GetValue(gateways) ?? [])));
        return command;
    }

    private static IExportSource Source(string folder)
    {
        if (!StateDatabase.IsInUse(folder))
            return new FolderExportSource(folder, new StorageOptions(), TimeProvider.System);
        return ServiceAddress.Read(folder) is { } address
            ? new ServiceExportSource(address, TimeProvider.System)
            : throw new StartException($"The service on {folder} is starting and does not answer yet. Try again once it has printed 'ready'.");
    }

    private static void Act(Command command, TextWriter progress, Func<ParseResult, CancellationToken, Task<int>> run) => command.SetAction(async (line, cancellation) =>
    {
        try
        {
            return await run(line, cancellation);
        }
        catch (StartException e)
        {
            foreach (string reason in e.Reasons)
                progress.WriteLine(reason);
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            progress.WriteLine($"{command.Name} was stopped before it finished.");
            return ExitCode.CannotStart;
        }
        catch (Exception e) when (e is StateDatabaseException or ReadingStoreException or ReadingLogException or IOException or UnauthorizedAccessException)
        {
            progress.WriteLine(e.Message);
            return ExitCode.CannotStart;
        }
    });

    private static Option<string> Folder(string name, string description) => new(name) { Description = description, HelpName = "DIR", Required = true };

    private static DateTimeOffset ReadTime(string option, string text) =>
        text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw new StartException([$"{option} {text} is no RFC 3339 time, such as 2026-01-31T08:00:00Z."], ExitCode.WrongSettings);
}
