using System.ComponentModel.DataAnnotations;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Sources.Sparkplug;

/// <summary>Sparkplug B beside the topics of our own (docs/sparkplug-b.md).</summary>
public sealed record SparkplugOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Mqtt:SparkplugB";

    /// <summary>Off: who does not use it shall not find topics open that nobody looks at.</summary>
    public bool Enabled { get; init; }

    /// <summary>Our host id, in <c>spBv1.0/STATE/{id}</c>: what edge nodes call their primary host. Two services at one broker may not share one.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string HostId { get; init; } = "sensorgrid";

    /// <summary>How long a message that came too early waits for those before it. 2 s: longer than a broker needs to hand on what another of its threads took.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ReorderTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Messages of one edge node that wait so. 16: more than a few are no mix-up but a gap. At the bound the gap is given up.</summary>
    [Range(1, 128)]
    public int ReorderMessages { get; init; } = 16;

    /// <summary>Edge nodes whose sessions are kept. 10,000: the connections there may be. Messages of others are kept in the log, and not read.</summary>
    [Range(1, 1_000_000)]
    public int MaxNodes { get; init; } = 10_000;

    /// <summary>Metrics that the births of one edge node may define, its devices' included; further ones have no alias. 10,000: the datastreams a gateway may have.</summary>
    [Range(1, SparkplugLimits.Metrics)]
    public int MaxMetricsPerNode { get; init; } = SparkplugLimits.Metrics;

    /// <summary>Least pause between two rebirth requests to an edge node; doubles each time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan RebirthFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest such pause. 5 min: one that cannot be born is not drowned in requests.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan RebirthLongest { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Rebirth requests a second, to all edge nodes together. 100: after our restart ten thousand are asked within two minutes, and their births do not come all at once.</summary>
    [Range(1, 10_000)]
    public int RebirthsPerSecond { get; init; } = 100;

    /// <summary>Topic of our state.</summary>
    internal string StateTopic => SparkplugTopic.StatePrefix + HostId;

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = OptionsCheck.Of(Section, this);
        if (RebirthLongest < RebirthFirst)
            errors.Add($"{Section}:{nameof(RebirthLongest)} is {RebirthLongest}: it must not be less than {nameof(RebirthFirst)} ({RebirthFirst}).");
        if (SparkplugTopic.Parse(StateTopic, out _) != SparkplugTopicError.None)
            errors.Add($"{Section}:{nameof(HostId)} is \"{HostId}\": it is a level of a topic, without '/', '+', '#' and control characters.");
        return errors;
    }
}
