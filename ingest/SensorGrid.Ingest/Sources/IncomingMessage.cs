using System.Buffers;

namespace SensorGrid.Ingest.Sources;

/// <summary>A message as a source hands it over, in words no protocol owns.</summary>
public readonly record struct IncomingMessage
{
    /// <summary>Where it came in, e.g. <c>mqtt</c>; stands on the log record.</summary>
    public required string Source { get; init; }

    /// <summary>Who sent it: the client id, or the gateway where a broker in between hides it; stands on the log record.</summary>
    public required string Principal { get; init; }

    /// <summary>The only gateway this sender may speak for; null when somebody upstream decided that already (a broker's ACL).</summary>
    public string? BoundGateway { get; init; }

    /// <summary>True for our own commands to a gateway: they stand in the log too, and may go nowhere else.</summary>
    public bool FromCentre { get; init; }

    /// <summary>True for a report of a field protocol, which may be longer than a message (a picture in packets): it has a limit of its own.</summary>
    public bool IsReport { get; init; }

    /// <summary>The topic as sent. Not yet checked.</summary>
    public required string Topic { get; init; }

    /// <summary>The bytes as they came. Must stay valid until the sink has answered.</summary>
    public ReadOnlySequence<byte> Payload { get; init; }
}
