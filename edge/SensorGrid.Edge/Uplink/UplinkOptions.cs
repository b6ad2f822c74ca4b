using System.ComponentModel.DataAnnotations;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Edge.Uplink;

/// <summary>Version of MQTT an uplink speaks.</summary>
public enum UplinkProtocol
{
    /// <summary>MQTT 5: refusals carry a reason.</summary>
    Mqtt5,

    /// <summary>MQTT 3.1.1: a refusal is a closed connection.</summary>
    Mqtt311,
}

/// <summary>In which order an uplink sends.</summary>
public enum UplinkMode
{
    /// <summary>Readings kept after the connection stands go out at once on <c>…/readings</c>; older ones beside them on
    /// <c>…/backlog</c>. For sampling agents.</summary>
    LiveFirst,

    /// <summary>Everything in the order it was kept, on <c>…/readings</c>. For replay.</summary>
    Fifo,
}

/// <summary>Where and how an uplink publishes.</summary>
public sealed record UplinkOptions
{
    /// <summary>Host of the broker: name, IPv4 or IPv6 address.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>Port of the broker.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 1883;

    /// <summary>Gateway id; also the MQTT client id, which the centre requires to be the same.</summary>
    [Required]
    public required string Gateway { get; init; }

    /// <summary>Domain id, third level of every topic.</summary>
    [Required]
    public required string Domain { get; init; }

    /// <summary>Program and version, told in the status message.</summary>
    public string Agent { get; init; } = "SensorGrid.Edge";

    /// <summary>Version of MQTT.</summary>
    public UplinkProtocol Protocol { get; init; } = UplinkProtocol.Mqtt5;

    /// <summary>Order of sending.</summary>
    public UplinkMode Mode { get; init; } = UplinkMode.LiveFirst;

    /// <summary>User name, when the broker asks for one.</summary>
    public string? UserName { get; init; }

    /// <summary>Password, when the broker asks for one. Never logged.</summary>
    public string? Password { get; init; }

    /// <summary>Messages that may be on their way without acknowledgement. 16: enough to hide a commit and a round trip, few enough
    /// to resend. A smaller Receive Maximum of an MQTT 5 broker wins.</summary>
    [Range(1, 1000)]
    public int Window { get; init; } = 16;

    /// <summary>The same for the backlog beside live readings. 2: live ones wait behind at most that many.</summary>
    [Range(1, 1000)]
    public int BacklogWindow { get; init; } = 2;

    /// <summary>Most readings of one message. 100: half the records a pack may have, so that 100 positions fit too.</summary>
    [Range(1, SenMlLimits.Records / 2)]
    public int PackReadings { get; init; } = 100;

    /// <summary>Most bytes of one message; the centre takes 64 KiB.</summary>
    [Range(1024, SenMlLimits.Payload)]
    public int PackBytes { get; init; } = SenMlLimits.Payload;

    /// <summary>First pause after a lost connection; doubles up to <see cref="LongestPause"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest pause between attempts. 15 s: a dispatcher does not wait long for a gateway after an outage.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest wait for a connection to stand.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for an acknowledgement before the connection is given up and the messages are sent again. 60 s: a disk
    /// that syncs slowly at the centre must not make the edge send everything twice.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan AcknowledgementTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>MQTT keep-alive.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an MQTT 5 broker keeps the session of a lost connection.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromHours(1);

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true);
        var messages = results.ConvertAll(result => result.ErrorMessage ?? result.ToString());
        if (!Identifier.IsValid(Gateway))
            messages.Add($"'{Gateway}' cannot be a gateway id: {Identifier.Rule}.");
        if (!Identifier.IsValid(Domain))
            messages.Add($"'{Domain}' cannot be a domain id: {Identifier.Rule}.");
        return messages;
    }
}
