namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>How long and deep topics and filters may be.</summary>
/// <param name="MaxBytes">UTF-8 bytes of the whole text, a <c>$share</c> prefix included.</param>
/// <param name="MaxLevels">Levels, a <c>$share</c> prefix not counted. Matching walks at most this deep.</param>
internal readonly record struct TopicLimits(int MaxBytes, int MaxLevels);
