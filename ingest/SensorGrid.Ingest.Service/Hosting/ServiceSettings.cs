namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Checked options, the configuration they came from (for log levels), and the machine's clocks.</summary>
internal sealed record ServiceSettings(ServiceOptions Options, IConfiguration Configuration, TimeProvider Time)
{
    /// <summary>Awaited before each stage of the start: where a test holds it.</summary>
    public Func<StartStage, CancellationToken, Task> Before { get; init; } = (_, _) => Task.CompletedTask;

    /// <exception cref="StartException">With everything that is wrong.</exception>
    public static ServiceSettings Read(CommandLine line, string settingsFolder)
    {
        IConfiguration configuration;
        try
        {
            configuration = line.ToConfiguration(settingsFolder);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new StartException([.. line.Errors, $"appsettings.json cannot be read: {e.Message} {e.InnerException?.Message}"], ExitCode.WrongSettings);
        }
        var (options, settings) = ServiceOptionsReader.Read(configuration);
        if (line.Errors.Count + settings.Errors.Count > 0)
            throw new StartException([.. line.Errors, .. settings.Errors], ExitCode.WrongSettings);
        return new(options, configuration, TimeProvider.System);
    }
}
