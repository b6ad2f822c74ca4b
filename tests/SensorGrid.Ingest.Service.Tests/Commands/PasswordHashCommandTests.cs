using System.Text;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;

namespace SensorGrid.Ingest.Service.Tests.Commands;

public class PasswordHashCommandTests
{
    [Fact]
    public async Task A_typed_password_becomes_a_hash_and_is_nowhere_to_be_seen()
    {
        var (code, output, errors) = await ServiceCommand.RunWithInputAsync("a long passphrase", "password-hash", "--rounds", "10000");

        Assert.Equal((0, ""), (code, errors));
        Assert.True(PasswordHash.TryParse(Encoding.ASCII.GetString(output).TrimEnd('\n'), out var hash));
        Assert.True(hash.Matches("a long passphrase"u8));
        Assert.Equal(10_000, hash.Iterations);
    }

    [Fact]
    public async Task A_generated_password_is_shown_once()
    {
        var (code, output, errors) = await ServiceCommand.RunAsync("password-hash", "--generate", "--rounds", "10000");

        Assert.Equal(0, code);
        Assert.True(PasswordHash.TryParse(Encoding.ASCII.GetString(output).TrimEnd('\n'), out var hash));
        Assert.True(hash.Matches(Encoding.UTF8.GetBytes(errors.Trim()[(errors.IndexOf(": ", StringComparison.Ordinal) + 2)..])));
    }

    [Fact]
    public async Task Gateways_get_a_line_each_and_a_password_each()
    {
        var (code, output, errors) = await ServiceCommand.RunAsync("password-hash", "--generate", "--gateway", "water-gw-1", "fire-gw-2");

        Assert.Equal(0, code);
        string[] lines = Encoding.ASCII.GetString(output).TrimEnd('\n').Split('\n'), told = errors.TrimEnd().Split('\n');
        Assert.Equal(["water-gw-1", "fire-gw-2"], lines.Select(line => line.Split(':')[0]));
        for (int i = 0; i < 2; i++)
        {
            Assert.True(PasswordHash.TryParse(lines[i].Split(':')[1], out var hash));
            Assert.True(hash.Matches(Encoding.UTF8.GetBytes(told[i].TrimEnd()[(told[i].IndexOf(": ", StringComparison.Ordinal) + 2)..])));
            Assert.Contains($"Password of {lines[i].Split(':')[0]}", told[i], StringComparison.Ordinal);
            Assert.Equal(10_000, hash.Iterations);
        }
    }

    [Theory]
    [InlineData("--gateway is \"no gateway\"", "--generate", "--gateway", "no gateway")]
    [InlineData("--generate makes one for each", "--gateway", "a", "b")]
    public async Task Lines_that_could_not_be_used_are_refused(string reason, params string[] arguments)
    {
        var (code, output, errors) = await ServiceCommand.RunAsync(["password-hash", .. arguments]);

        Assert.Equal((ExitCode.WrongSettings, 0), (code, output.Length));
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short", "10000", "5 bytes; it needs 12")]
    [InlineData(null, "10000", "0 bytes")]
    [InlineData("a long passphrase", "9999", "--rounds is 9999")]
    public async Task What_would_protect_nothing_is_refused(string? typed, string rounds, string reason)
    {
        var (code, output, errors) = await ServiceCommand.RunWithInputAsync(typed, "password-hash", "--rounds", rounds);

        Assert.Equal((ExitCode.WrongSettings, 0), (code, output.Length));
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }
}
