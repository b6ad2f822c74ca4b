using System.Text.Json.Serialization;

namespace SensorGrid.Benches.Peers;

/// <summary>One record of a SenML pack, as far as the peers read it.</summary>
internal sealed record SenMlRecord
{
    [JsonPropertyName("bt")]
    public double? BaseTime { get; init; }

    [JsonPropertyName("t")]
    public double Time { get; init; }

    [JsonPropertyName("n")]
    public required string Name { get; init; }

    [JsonPropertyName("v")]
    public required double Value { get; init; }
}

/// <summary>Source generated: the fastest of the serializer's ways.</summary>
[JsonSerializable(typeof(SenMlRecord[]))]
[JsonSerializable(typeof(ThresholdRule[]))]
[JsonSerializable(typeof(ThresholdChange))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class PeerJson : JsonSerializerContext;
