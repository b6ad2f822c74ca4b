namespace SensorGrid.Readings.Wire;

/// <summary>Reads the payloads of one kind of topic. Pure: the same bytes and time of arrival give the same readings. Not thread-safe.</summary>
public interface IPayloadReader
{
    /// <summary>Reads one payload. A refused one adds nothing and names no datastream.</summary>
    /// <param name="payload">Its bytes as they came.</param>
    /// <param name="receivedAtTicks">Arrival, UTC ticks.</param>
    /// <param name="gateway">The datastreams of the gateway in the topic.</param>
    /// <param name="into">Gets the readings; empty before.</param>
    PayloadOutcome Read(ReadOnlySpan<byte> payload, long receivedAtTicks, GatewayDatastreams gateway, ReadingBatch into);
}

/// <summary>What payloads can be read besides packs of readings: for each kind of topic, who makes its readers.</summary>
public sealed class PayloadFormats
{
    private readonly Dictionary<TelemetryTopicKind, Func<IPayloadReader>> makers;

    /// <param name="makers">A maker for each kind of topic; each decoder has readers of its own.</param>
    public PayloadFormats(IReadOnlyDictionary<TelemetryTopicKind, Func<IPayloadReader>> makers) => this.makers = new(makers);

    /// <summary>Packs of readings and nothing else.</summary>
    public static PayloadFormats PacksOnly { get; } = new(new Dictionary<TelemetryTopicKind, Func<IPayloadReader>>());

    /// <summary>The kinds that can be read.</summary>
    public IEnumerable<TelemetryTopicKind> Kinds => makers.Keys;

    /// <summary>A new reader; null when there is none of that kind.</summary>
    internal IPayloadReader? Make(TelemetryTopicKind kind) => makers.TryGetValue(kind, out var make) ? make() : null;
}
