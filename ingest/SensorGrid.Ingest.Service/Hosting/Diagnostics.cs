using Microsoft.Extensions.Logging.Console;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Where log lines go: stderr, one line each. stdout has the few lines that tests and the demonstration read.</summary>
internal static class Diagnostics
{
    public static ILoggerFactory CreateLoggers(IConfiguration configuration, TimeProvider time) => LoggerFactory.Create(logging =>
    {
        logging.Services.AddSingleton(time);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // What it has to say of a failed start is said better, and once, by whoever started it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.AddConsoleFormatter<LineConsoleFormatter, ConsoleFormatterOptions>();
        logging.AddConsole(console =>
        {
            console.FormatterName = LineConsoleFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
    });
}
