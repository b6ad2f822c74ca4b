using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

public sealed class SecretFileModesTests
{
    [Theory]
    [InlineData("600", false, false)]
    [InlineData("400", false, false)]
    [InlineData("640", true, false)]
    [InlineData("620", true, false)]
    [InlineData("604", true, true)]
    [InlineData("602", true, true)]
    [InlineData("644", true, true)]
    public void A_file_that_others_can_read_is_told_and_one_that_everybody_can_stays_a_concern_until_it_is_mended(string mode, bool isTold, bool isProblem)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new ServiceFolder();
        string file = Path.Combine(folder.RulesFolder, "keys");
        File.WriteAllText(file, "s3cret");
        File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32(mode, 8));
        var logger = new RememberingLogger();
        var modes = new SecretFileModes([("FieldProtocols:Hj212:KeyFile", file)], logger);

        modes.Tell();

        Assert.Equal(isTold, logger.Warnings.Any(line => line.Contains($"{file} (FieldProtocols:Hj212:KeyFile)", StringComparison.Ordinal)));
        Assert.Equal(isProblem, modes.Problem is not null);
        Assert.DoesNotContain("s3cret", modes.Problem ?? "", StringComparison.Ordinal);
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        Assert.Null(modes.Problem);
        File.Delete(file);
        Assert.Null(modes.Problem);
    }

    private sealed class RememberingLogger : ILogger
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
                Warnings.Add(formatter(state, exception));
        }
    }
}
