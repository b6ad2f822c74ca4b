using System.ComponentModel.DataAnnotations;

namespace SensorGrid.Ingest.Sources.Mqtt;

/// <summary>Where MQTT messages come from.</summary>
public enum MqttMode
{
    /// <summary>Gateways connect to this process.</summary>
    Embedded = 1,

    /// <summary>Gateways connect to somebody else's broker, and so do we.</summary>
    External,
}

/// <summary>The MQTT source: which mode, and the client of an external broker. Bounds of the embedded one: <see cref="Endpoint.MqttEndpointOptions"/>
/// and <see cref="Sessions.MqttSessionOptions"/>.</summary>
public sealed record MqttOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Mqtt";

    /// <summary>Embedded by default: one command starts everything.</summary>
    [EnumDataType(typeof(MqttMode))]
    public MqttMode Mode { get; init; } = MqttMode.Embedded;

    /// <summary>The broker of <see cref="MqttMode.External"/>: <c>mqtt://host:1883</c>.</summary>
    public Uri? Broker { get; init; }

    /// <summary>User name there.</summary>
    public string? User { get; init; }

    /// <summary>Password there; give it by environment or a protected file, not on the command line.</summary>
    public string? Password { get; init; }

    /// <summary>Our client id there. Fixed, because the broker keeps our session under it; two services may not share one.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string ClientId { get; init; } = "sensorgrid-ingest";

    /// <summary>How long the broker shall keep our session while we are away. 7 days: longer than a bad weekend.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Messages the broker may send us before the first of them is acknowledged. 512: keeps group commits full without a backlog
    /// that must be sent again after a crash.</summary>
    [Range(1, 65_535)]
    public int MaxInFlight { get; init; } = 512;

    /// <summary>How long the broker may take to answer us. 10 s: longer than a slow line takes, shorter than somebody waits before looking.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan BrokerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First pause before connecting again; doubles each time, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ReconnectFirst { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause before connecting again. 30 s: soon enough after a broker's restart, rare enough to read its log.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan ReconnectLongest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Keep-alive towards the broker. 15 s: a silent break is noticed within half a minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = OptionsCheck.Of(Section, this);
        if (ReconnectLongest < ReconnectFirst)
            errors.Add($"{Section}:{nameof(ReconnectLongest)} is {ReconnectLongest}: it must not be less than {nameof(ReconnectFirst)} ({ReconnectFirst}).");
        if (Mode == MqttMode.External && (Broker is null || !Broker.IsAbsoluteUri || Broker.Scheme != "mqtt" || Broker.Host.Length == 0))
            errors.Add($"{Section}:{nameof(Broker)} is {Broker?.ToString() ?? "empty"}: {Section}:{nameof(Mode)}=External needs it, as mqtt://host:1883.");
        if (Mode == MqttMode.Embedded && Broker is not null)
            errors.Add($"{Section}:{nameof(Broker)} is given, but only {Section}:{nameof(Mode)}=External uses it: set that too, or leave the broker out.");
        if (Broker is { IsAbsoluteUri: true, UserInfo.Length: > 0 })
            errors.Add($"{Section}:{nameof(Broker)} holds user information: give it as {Section}:{nameof(User)} and {Section}:{nameof(Password)}, addresses get into logs.");
        if (Password is not null && User is null)
            errors.Add($"{Section}:{nameof(Password)} is given without {Section}:{nameof(User)}: MQTT has no password without a user.");
        return errors;
    }
}
