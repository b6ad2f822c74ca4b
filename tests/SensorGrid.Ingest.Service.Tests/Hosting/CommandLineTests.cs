using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

public class CommandLineTests
{
    [Fact]
    public void Named_options_and_section_keys_become_settings()
    {
        var line = new CommandLine(["--http", "[::1]:0", "--Mqtt:Mode", "External", "--Alarms:SnapshotRecords=5000", "--clock-speed", "60"]);

        var configuration = line.ToConfiguration(Path.GetTempPath());

        Assert.Empty(line.Errors);
        Assert.Equal("[::1]:0", configuration["Http:Listen"]);
        Assert.Equal("External", configuration["Mqtt:Mode"]);
        Assert.Equal("5000", configuration["Alarms:SnapshotRecords"]);
        Assert.Equal("60", configuration["Clock:Speed"]);
    }

    [Fact]
    public void Unknown_options_and_missing_values_are_told_together()
    {
        var line = new CommandLine(["--htpp", "127.0.0.1:0", "--Mqtt:Mode"]);

        Assert.Contains(line.Errors, error => error.Contains("--htpp", StringComparison.Ordinal));
        Assert.Contains(line.Errors, error => error.Contains("--Mqtt:Mode", StringComparison.Ordinal));
    }

    [Fact]
    public void Resend_is_a_command_that_takes_the_settings_of_the_service()
    {
        var line = new CommandLine(["resend", "--data", "somewhere", "--store", "city", "--Stores:0:Kind", "VictoriaMetrics"]);

        Assert.Empty(line.Errors);
        Assert.Equal((true, "city"), (line.IsResend, line.ResendStore));
        Assert.Equal("somewhere", line.ToConfiguration(Path.GetTempPath())["Data:Folder"]);
        Assert.Equal("VictoriaMetrics", line.ToConfiguration(Path.GetTempPath())["Stores:0:Kind"]);
        Assert.False(new CommandLine(["--data", "somewhere"]).IsResend);
        Assert.NotEmpty(new CommandLine(["resent"]).Errors);
    }

    [Fact]
    public void An_argument_that_begins_with_an_at_sign_is_no_file_to_read_options_from()
    {
        var line = new CommandLine(["--data", "@somewhere"]);

        Assert.Empty(line.Errors);
        Assert.Equal("@somewhere", line.ToConfiguration(Path.GetTempPath())["Data:Folder"]);
    }

    [Fact]
    public async Task Help_names_every_option()
    {
        var line = new CommandLine(["--help"]);
        var output = new StringWriter();

        Assert.True(line.IsQuestion);
        Assert.Equal(0, await line.ShowAsync(output));
        foreach (string option in new[] { "--data", "--http", "--mqtt", "--catalogue", "--rules", "--clock-start", "--clock-origin", "--clock-speed", "resend" })
            Assert.Contains(option, output.ToString(), StringComparison.Ordinal);
    }
}
