using SensorGrid.Edge.Sampling;
using SensorGrid.Edge.Sensors.Modbus;
using SensorGrid.Edge.Uplink;

namespace SensorGrid.Edge.Agent;

/// <summary>What <c>gateway.yaml</c> says; made by <see cref="AgentConfigReader"/>. Format in <c>edge/docs/edge-agent.md</c>.</summary>
internal sealed record AgentConfig
{
    public required string Gateway { get; init; }

    public required string Domain { get; init; }

    public required BrokerAddress Broker { get; init; }

    public UplinkProtocol Protocol { get; init; } = UplinkProtocol.Mqtt5;

    public string? UserName { get; init; }

    public string? PasswordFile { get; init; }

    public string OutboxFolder { get; init; } = "outbox";

    public long OutboxMostBytes { get; init; } = 256L << 20;

    public int Window { get; init; } = 16;

    public int PackReadings { get; init; } = 100;

    /// <summary>How long a stop waits for what is still in the outbox to be acknowledged.</summary>
    public TimeSpan FlushFor { get; init; } = TimeSpan.FromSeconds(5);

    public required IReadOnlyList<SensorConfig> Sensors { get; init; }

    public IReadOnlyList<Deadband> Deadbands { get; init; } = [];
}

/// <summary>One sensor.</summary>
internal abstract record SensorConfig;

/// <summary>SenML lines of a local program.</summary>
/// <param name="From"><c>stdin</c>, or the path of a pipe or file.</param>
internal sealed record LinesConfig(string From) : SensorConfig;

/// <summary>The machine itself.</summary>
/// <param name="Every">Interval.</param>
/// <param name="Prefix">Put before the names.</param>
internal sealed record HostConfig(TimeSpan Every, string Prefix) : SensorConfig;

/// <summary>Devices that speak Modbus, on one line.</summary>
/// <param name="Address">The line.</param>
/// <param name="Timeout">How long an answer is awaited.</param>
/// <param name="Devices">Who is on it.</param>
internal sealed record ModbusConfig(ModbusAddress Address, TimeSpan Timeout, IReadOnlyList<ModbusDevice> Devices) : SensorConfig;
