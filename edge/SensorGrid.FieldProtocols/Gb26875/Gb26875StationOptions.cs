using System.ComponentModel.DataAnnotations;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>A device as the other end of a connection, for simulators and tests.</summary>
public sealed record Gb26875StationOptions
{
    /// <summary>Its address.</summary>
    public required DeviceAddress Address { get; init; }

    /// <summary>The centre's.</summary>
    public DeviceAddress Centre { get; init; }

    /// <summary>主版本号.</summary>
    public byte MajorVersion { get; init; } = 1;

    /// <summary>用户版本号.</summary>
    public byte UserVersion { get; init; } = 1;

    /// <summary>How long a confirmation is awaited. 10 s, the most that the standard advises.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an upload is sent again in one exchange; then the connection is given up and the upload begins anew. 3, as the standard
    /// advises.</summary>
    [Range(0, 10)]
    public int MaxResends { get; init; } = 3;

    /// <summary>Time without an upload after which a packet without a unit is sent. 30 s, as devices do.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>(OptionChecks.ErrorsOf(this));
        if (Address.Value > DeviceAddress.MaxValue || Centre.Value > DeviceAddress.MaxValue)
            errors.Add($"The fields Address and Centre must be at most {DeviceAddress.MaxValue}.");
        return errors;
    }
}
