using System.Buffers;

namespace SensorGrid.ReadingLog;

/// <summary>What is handed to the log. It is copied before the append call returns, so the caller may reuse its buffers at once.</summary>
public readonly struct ReadingLogEntry
{
    /// <param name="kind">What it is.</param>
    /// <param name="source">Where it came in, e.g. <c>mqtt</c>; at most 255 bytes of UTF-8.</param>
    /// <param name="principal">Who sent it: gateway or client id, or the operator; at most 255 bytes of UTF-8.</param>
    /// <param name="topic">MQTT topic, or the type of a command; at most 65,535 bytes of UTF-8.</param>
    /// <param name="payload">The bytes as they came.</param>
    public ReadingLogEntry(ReadingLogKind kind, string source, string principal, string topic, ReadOnlySequence<byte> payload)
        : this(kind, new ReadingLogOrigin(source, principal, topic), payload)
    {
    }

    /// <inheritdoc cref="ReadingLogEntry(ReadingLogKind, string, string, string, ReadOnlySequence{byte})"/>
    public ReadingLogEntry(ReadingLogKind kind, string source, string principal, string topic, ReadOnlyMemory<byte> payload)
        : this(kind, source, principal, topic, new ReadOnlySequence<byte>(payload))
    {
    }

    /// <param name="kind">What it is.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="payload">The bytes as they came.</param>
    public ReadingLogEntry(ReadingLogKind kind, ReadingLogOrigin origin, ReadOnlySequence<byte> payload)
    {
        Kind = kind;
        Origin = origin;
        Payload = payload;
    }

    /// <summary>What it is.</summary>
    public ReadingLogKind Kind { get; }

    /// <summary>Where it comes from.</summary>
    public ReadingLogOrigin Origin { get; }

    /// <summary>The bytes as they came.</summary>
    public ReadOnlySequence<byte> Payload { get; }

    /// <summary>When it was received (UTC ticks). 0 lets the log ask its clock. The log never goes back: an earlier time than the
    /// previous record's is raised to that one; <see cref="ReadingLogStamp"/> says what was written.</summary>
    public long ReceivedAtTicks { get; init; }

    /// <summary>A clock tick.</summary>
    public static ReadingLogEntry Tick(string source) => new(ReadingLogKind.Tick, source, "", "", ReadOnlyMemory<byte>.Empty);
}
