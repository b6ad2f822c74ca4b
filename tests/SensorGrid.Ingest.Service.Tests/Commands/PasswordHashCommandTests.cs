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
