using System.Globalization;
using SensorGrid.EndToEnd.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests;

/// <summary>The <c>station</c> tool as a process against the service's own listener: what it reports is stored, and it answers commands.</summary>
public sealed class StationToolTests
{
    [Theory]
    [InlineData("Sl651", "39=28.961", "0012345678", "Z", 28.961, "current", null, null)]
    [InlineData("Hj212", "w01018-Rtd=0.04", "SENSORGRID000001", "w01018-Rtd", 0.04, "clock", null, null)]
    [InlineData("Gb26875", "part/1/1/30/0a000200:3.3=21.5", "1", "part/1/1/30/0a000200/temperature", 21.5, "part-values", "part", "1/1/0a000200")]
    public async Task What_the_station_tool_reports_is_stored_and_it_answers(
        string section, string report, string station, string datastream, double value, string command, string? argument, string? given)
    {
        await using var centre = await StationCentre.StartAsync(section);
        using var tool = ChildProcess.DotNet(
            Build.Simulators, "station", section.ToLowerInvariant(), "--connect", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{centre.Port}"), "--values", report, "--every", "1h");
        await centre.HeardAsync(station);

        Assert.Equal(value, await centre.ReadAsync($"{station}/{datastream}"), 1e-9);
        var arguments = argument is null ? null : new Dictionary<string, string> { [argument] = given! };
        Assert.Equal("answered", (await centre.AnswerAsync(station, command, arguments)).GetProperty("outcome").GetString());
        await tool.LineAsync(line => line.Contains('<', StringComparison.Ordinal), TimeSpan.FromSeconds(30));
    }
}
