using Microsoft.Extensions.Configuration;
using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

public class ServiceOptionsReaderTests
{
    [Fact]
    public void Without_settings_it_listens_on_loopback_only()
    {
        var (options, settings) = Read();

        Assert.Empty(settings.Errors);
        Assert.Equal("127.0.0.1:8080", options.Http.Listen.ToString());
        Assert.False(options.Clock.Simulated);
    }

    [Fact]
    public void Every_error_is_told_at_once()
    {
        var (_, settings) = Read(
            ("Http:Listen", "nowhere"), ("Http:MaxStreams", "0"), ("Http:Heartbeat", "5"), ("Http:MaxStrems", "7"),
            ("Alarms:SnapshotRecords", "many"), ("Catalogue:Folder", "/there/is/no/such/folder"), ("Clock:Start", "2026-01-01T00:00:00Z"));

        string[] keys = ["Http:Listen", "Http:MaxStreams", "Http:Heartbeat", "Http:MaxStrems", "Alarms:SnapshotRecords", "Catalogue:Folder", "Clock"];
        Assert.Equal(keys.Length, settings.Errors.Count);
        Assert.All(keys, key => Assert.Contains(settings.Errors, error => error.StartsWith($"{key}:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_slip_in_a_name_is_an_error_that_names_the_right_one()
    {
        var (_, settings) = Read(("Alarms:SnapshotRecord", "5000"));

        Assert.Contains("did you mean Alarms:SnapshotRecords?", Assert.Single(settings.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:8080")]
    [InlineData("*:8080")]
    [InlineData("192.0.2.7:8080")]
    [InlineData("[fd00::7]:8080")]
    public void An_address_others_can_reach_is_refused_unless_allowed(string address)
    {
        Assert.Contains("Security:AllowAnonymousNetwork=true", Assert.Single(Read(("Http:Listen", address)).Settings.Errors), StringComparison.Ordinal);
        Assert.Empty(Read(("Http:Listen", address), ("Security:AllowAnonymousNetwork", "true")).Settings.Errors);
    }

    [Fact]
    public void Lists_come_as_one_line_or_as_items()
    {
        Assert.Equal(["a.example", "b.example"], Read(("Http:AllowedHosts", "a.example, b.example")).Options.Http.AllowedHosts);
        Assert.Equal(["a.example", "b.example"], Read(("Http:AllowedHosts:0", "a.example"), ("Http:AllowedHosts:1", "b.example")).Options.Http.AllowedHosts);
    }

    private static (ServiceOptions Options, SettingsReader Settings) Read(params (string Key, string Value)[] settings) =>
        ServiceOptionsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)).Append(new("Data:Folder", "data")))
            .Build());
}
