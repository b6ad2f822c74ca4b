using System.ComponentModel.DataAnnotations;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>Bounds of the listener of one field protocol.</summary>
public sealed record FieldListenerOptions
{
    /// <summary>Domain under which its stations' readings are kept: the third level of their topic. <c>water</c> and not empty, because a station says its
    /// address and never its domain.</summary>
    [StringLength(64, MinimumLength = 1)]
    public string Domain { get; init; } = "water";

    /// <summary>Connections, and stations heard of by datagrams, at once. 10,000: a province's stations; each costs some 20 KB.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>The same from one address. 2,000: a carrier or a concentrator hides many stations behind one, and one broken host must not take every place.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; init; } = 2_000;

    /// <summary>How long the rest of a frame is awaited; then its beginning counts as noise. 10 s: longer than a bad mobile line takes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may take to its first good frame. 60 s: a station says something at once; who does not holds a place.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FirstFrameTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may be silent after that. 3 h: stations that report by the hour keep theirs open.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "31.00:00:00")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(3);

    /// <summary>How long a station may take to read what we sent. 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes without any good frame after which a peer is given up. 64 KiB: it speaks something else.</summary>
    [Range(1024, 1 << 30)]
    public int MaxBytesWithoutFrame { get; init; } = 64 * 1024;

    /// <summary>A hole in a station's readings as long as this, when it reports again, is asked for (its own store has what was not received). 90 min: a
    /// station that reports by the hour missed one. 0: nothing is asked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "366.00:00:00")]
    public TimeSpan RefillAfter { get; init; } = TimeSpan.FromMinutes(90);

    /// <summary>How far back is asked at most. 7 days: an outage over a holiday.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "366.00:00:00")]
    public TimeSpan RefillAtMost { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Commands of one station that have not ended; further ones are refused. 8: a station handles one at a time, and who asks waits for all before.</summary>
    [Range(1, 64)]
    public int MaxCommandsPerStation { get; init; } = 8;

    /// <summary>How long whoever gives a command waits for its end. 2 min: each protocol's repeats, and one command before it. It goes on after that.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CommandWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>All errors.</summary>
    /// <param name="section">Where it stands in the configuration.</param>
    public IReadOnlyList<string> Validate(string section)
    {
        var errors = OptionsCheck.Of(section, this);
        if (Domain.Length > 0 && !Readings.Identifier.IsValid(Domain))
            errors.Add($"{section}:Domain is {Domain}: it must be {Readings.Identifier.Rule}.");
        return errors;
    }
}
