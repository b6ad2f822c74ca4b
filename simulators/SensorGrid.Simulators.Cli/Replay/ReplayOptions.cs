using SensorGrid.Edge.Uplink;

namespace SensorGrid.Simulators.Cli.Replay;

/// <summary>What <c>replay</c> was asked to do.</summary>
internal sealed record ReplayOptions
{
    public required string Path { get; init; }

    public required BrokerAddress Broker { get; init; }

    /// <summary>Recorded seconds in a second; null = as fast as acknowledgements come.</summary>
    public double? Speed { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>Move recorded times so that nothing is old and nothing lies in the future.</summary>
    public bool ShiftToNow { get; init; }

    public string GatewayPrefix { get; init; } = "";

    /// <summary>Folder of the outboxes, kept afterwards; null = a temporary one.</summary>
    public string? OutboxFolder { get; init; }

    public UplinkProtocol Protocol { get; init; } = UplinkProtocol.Mqtt5;

    public int PackReadings { get; init; } = 100;

    public int Window { get; init; } = 16;

    /// <summary>Longest time without any acknowledgement once everything was handed over, or while the outbox is full.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);
}
