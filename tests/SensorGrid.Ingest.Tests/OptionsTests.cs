using SensorGrid.Ingest.Sources.Mqtt;

namespace SensorGrid.Ingest.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        Assert.Empty(new IngestOptions().Validate());
        Assert.Empty(new MqttOptions().Validate());
    }

    [Fact]
    public void All_errors_are_listed_with_the_setting_to_change()
    {
        var errors = new IngestOptions { MaxPayloadBytes = 1, RingRecords = 0, TickInterval = TimeSpan.FromHours(1) }.Validate();

        Assert.Equal(
            [
                "Ingest:MaxPayloadBytes is 1: it must be between 256 and 65536.",
                "Ingest:RingRecords is 0: it must be between 64 and 1048576.",
                "Ingest:TickInterval is 01:00:00: it must be between 00:00:00.0500000 and 00:01:00.",
            ],
            errors);
    }

    [Fact]
    public void External_mode_needs_a_broker_and_embedded_mode_has_none()
    {
        Assert.Contains("Mqtt:Broker is empty", Assert.Single(new MqttOptions { Mode = MqttMode.External }.Validate()), StringComparison.Ordinal);
        Assert.Contains("Mqtt:Broker is given", Assert.Single(new MqttOptions { Broker = new("mqtt://b:1883") }.Validate()), StringComparison.Ordinal);
        Assert.Contains(
            "Mqtt:Broker is http://b/", Assert.Single(new MqttOptions { Mode = MqttMode.External, Broker = new("http://b") }.Validate()), StringComparison.Ordinal);
        Assert.Empty(new MqttOptions { Mode = MqttMode.External, Broker = new("mqtt://[::1]:1883"), User = "u", Password = "p" }.Validate());
    }

    [Fact]
    public void Credentials_belong_into_settings_of_their_own_and_an_error_does_not_show_them()
    {
        var errors = new MqttOptions { Mode = MqttMode.External, Broker = new("mqtt://user:secret@b:1883") }.Validate();
        Assert.DoesNotContain("secret", Assert.Single(errors), StringComparison.Ordinal);
        Assert.Contains("without Mqtt:User", Assert.Single(new MqttOptions { Password = "secret" }.Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_are_no_number_are_checked_too()
    {
        Assert.Equal("Mqtt:ClientId is empty: it must be given.", new MqttOptions { ClientId = "" }.Validate()[0]);
        Assert.Equal("Mqtt:Mode is 7: it must be one of Embedded, External.", new MqttOptions { Mode = (MqttMode)7 }.Validate()[0]);
        Assert.Contains("must not be less than ReconnectFirst", new MqttOptions { ReconnectFirst = TimeSpan.FromSeconds(9), ReconnectLongest = TimeSpan.FromSeconds(1) }.Validate()[0], StringComparison.Ordinal);
    }
}
