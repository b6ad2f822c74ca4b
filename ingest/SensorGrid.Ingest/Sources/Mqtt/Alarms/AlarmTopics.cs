using System.Diagnostics;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Alarms;

/// <summary>Topics of alarms (ingest/docs/mqtt-alarms.md). Beside telemetry's <c>sensorgrid/v1/</c> and not below it, where domains and gateways choose the
/// names of levels: no gateway can be called so that it may write here.
/// <code>
/// sensorgrid/alarms/v1/{domain}/open/{alarm}    retained: an open alarm as it stands; empty when it is open no more
/// sensorgrid/alarms/v1/{domain}/events          every transition
/// sensorgrid/alarms/v1/{domain}/position        retained: the newest of them
/// </code></summary>
public static class AlarmTopics
{
    /// <summary>A filter for all of them, of every version.</summary>
    public const string All = Root + "#";

    /// <summary>A filter for the retained state of all open alarms.</summary>
    public const string AllOpen = Prefix + "+/open/+";

    /// <summary>A filter for the positions of all domains.</summary>
    public const string AllPositions = Prefix + "+/position";

    private const string Root = "sensorgrid/alarms/";
    private const string Prefix = Root + "v1/";

    /// <summary><see cref="All"/>, read.</summary>
    internal static TopicFilter Filter { get; } =
        TopicFilter.TryParse(All, new(All.Length, All.Length), out var filter) == TopicProblem.None ? filter! : throw new UnreachableException(All);

    /// <summary>State of an open alarm.</summary>
    public static string Open(string domain, string alarm) => $"{Prefix}{domain}/open/{alarm}";

    /// <summary>Transitions of a domain.</summary>
    public static string Events(string domain) => $"{Prefix}{domain}/events";

    /// <summary>Position of the newest transition of a domain.</summary>
    public static string Position(string domain) => $"{Prefix}{domain}/position";

    /// <summary>Whether a topic is one of alarms, of whatever version.</summary>
    internal static bool Contains(string topic) => topic.StartsWith(Root, StringComparison.Ordinal);
}
