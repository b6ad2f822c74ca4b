using SensorGrid.FieldProtocols;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Simulators.FieldTools;

/// <summary>What the <c>decode</c> command can decode.</summary>
public static class Decodings
{
    private const string SenMl = "senml";
    private const string Lines = "lines";
    private const string SparkplugB = "sparkplug-b";

    /// <summary>The words people give.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. FieldFormats.Words, SenMl, Lines, SparkplugB];

    /// <summary>A decoding by its word.</summary>
    /// <param name="word">One of <see cref="Words"/>.</param>
    /// <param name="receivedAtTicks">Time of arrival, UTC ticks.</param>
    public static IDecoding Of(string word, long receivedAtTicks) => word switch
    {
        SenMl => new PackDecoding(word, TelemetryTopicKind.Readings, receivedAtTicks),
        Lines => new PackDecoding(word, TelemetryTopicKind.Lines, receivedAtTicks),
        SparkplugB => new SparkplugDecoding(word, receivedAtTicks),
        _ => new FrameDecoding(FieldFormats.Of(word), receivedAtTicks),
    };
}
