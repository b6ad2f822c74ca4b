using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

public sealed class MqttSessionOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(new MqttSessionOptions().Validate());

    [Fact]
    public void Errors_name_the_setting_to_change() => Assert.Equal(
        [
            "Mqtt:Sessions:MaxSessions is 0: it must be between 1 and 1000000.",
            "Mqtt:Sessions:MaxQueuedBytes is 1: it must be between 1024 and 4294967296.",
        ],
        new MqttSessionOptions { MaxSessions = 0, MaxQueuedBytes = 1 }.Validate());
}
