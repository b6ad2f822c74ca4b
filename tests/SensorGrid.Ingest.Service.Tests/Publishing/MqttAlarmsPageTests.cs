using Microsoft.Extensions.Configuration;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests.Publishing;

public class MqttAlarmsPageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.Combine("ingest", "docs", "mqtt-alarms.md"));

    [Fact]
    public void The_page_names_every_setting_of_an_account_with_its_default()
    {
        var (_, settings) = Read(("Mqtt:Accounts:0:Name", "dispatch"));

        var rows = settings.Known.Where(setting => setting.Key.StartsWith("Mqtt:Accounts:0:", StringComparison.Ordinal))
            .Select(setting => $"| `{setting.Key.Replace(":0:", ":N:", StringComparison.Ordinal)}` | {(setting.Value.Length == 0 ? "–" : $"`{setting.Value}`")} |").ToList();

        Assert.Equal(5, rows.Count);
        Assert.All(rows, row => Assert.Contains(row, Page, StringComparison.Ordinal));
    }

    [Fact]
    public void Accounts_and_certificates_that_cannot_be_used_are_told_at_the_start()
    {
        var (_, settings) = Read(
            ("Mqtt:Accounts:0:Name", "dispatch"), ("Mqtt:Accounts:0:PasswordHash", "plain"), ("Mqtt:Accounts:0:Subscribe", "a#"), ("Mqtt:Access:MaxFailures", "0"),
            ("Mqtt:Tls:ClientCertificates", "Required"), ("Mqtt:Tls:ClientRevocations", "list.pem"), ("Mqtt:Alarms:RetryFirst", "30s"));

        string[] expected =
        [
            "Mqtt:Access:MaxFailures: 0 is out of range", "Mqtt:Accounts:0:PasswordHash holds no hash", "Mqtt:Accounts:0:Subscribe holds \"a#\"",
            "Mqtt:Tls: ClientCertificates=Optional or Required and ClientAuthorities go together", "Mqtt:Tls:ClientRevocations needs ClientAuthorities",
            "Mqtt:Alarms:RetryLongest is 00:00:05",
        ];
        Assert.All(expected, start => Assert.Contains(settings.Errors, error => error.StartsWith(start, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, settings.Errors.Count);
    }

    [Theory]
    [InlineData("Required", true)]
    [InlineData("Optional", false)]
    [InlineData("None", false)]
    public void Only_where_certificates_are_required_the_network_may_come(string mode, bool allowed)
    {
        (string, string)[] given = mode == "None" ? [] : [("Mqtt:Tls:ClientAuthorities", "ca.pem")];
        var (options, settings) = Read([("Mqtt:Tls:Listen", "0.0.0.0:8883"), ("Mqtt:Tls:Certificate", "server.pem"), ("Mqtt:Tls:ClientCertificates", mode), .. given]);

        Assert.Equal(allowed, settings.Errors.Count == 0);
        Assert.False(options.MqttAccess.IsLoopbackOnly);
        Assert.True(Read().Options.MqttAccess is { IsLoopbackOnly: true, AnonymousAlarms: true });
    }

    [Fact]
    public void Several_accounts_are_numbered_sections()
    {
        string hash = PasswordHash.Create("x"u8, PasswordHash.LeastIterations).ToString();
        var (options, settings) = Read(
            ("Mqtt:Accounts:0:Name", "dispatch"), ("Mqtt:Accounts:0:PasswordHash", hash), ("Mqtt:Accounts:1:Name", "fire"), ("Mqtt:Accounts:1:PasswordHash", hash),
            ("Mqtt:Accounts:1:Subscribe", "sensorgrid/alarms/v1/fire/#, city/#"), ("Mqtt:Accounts:1:Publish:0", "city/lamps/+"));

        Assert.Empty(settings.Errors);
        Assert.Equal(["dispatch", "fire"], options.MqttAccess.Accounts.Select(account => account.Name));
        Assert.Equal(["sensorgrid/alarms/#"], options.MqttAccess.Accounts[0].Subscribe);
        Assert.Equal((2, "city/lamps/+"), (options.MqttAccess.Accounts[1].Subscribe.Count, options.MqttAccess.Accounts[1].Publish.Single()));
    }

    private static (ServiceOptions Options, SettingsReader Settings) Read(params (string Key, string Value)[] settings) => ServiceOptionsReader.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
}
