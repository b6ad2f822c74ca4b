using SensorGrid.Readings;

namespace SensorGrid.Simulators.Recordings;

/// <summary>What a recording calls one datastream: who would send it, under which name, in which unit.</summary>
/// <param name="Gateway">Gateway id.</param>
/// <param name="Domain">Domain id, third level of the topic.</param>
/// <param name="Name">SenML name.</param>
/// <param name="Unit">SenML unit, or empty.</param>
public sealed record RecordedSeries(string Gateway, string Domain, string Name, string Unit)
{
    /// <summary><c>gateway/name</c>.</summary>
    public override string ToString() => $"{Gateway}/{Name}";
}

/// <summary>One cell of a recording. A missing value is a reading of quality <see cref="Readings.Quality.Missing"/> with NaN,
/// never 0: whoever replays it stays silent at that moment, as the real gateway did.</summary>
/// <param name="Series">Its datastream.</param>
/// <param name="ObservedAtTicks">Recorded time, UTC ticks.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="Value">Number, 0 or 1, or longitude; NaN when missing.</param>
/// <param name="Value2">Latitude of a position.</param>
/// <param name="Text">Text of a text reading.</param>
/// <param name="Quality">From the quality column, or good.</param>
public readonly record struct RecordedReading(
    RecordedSeries Series, long ObservedAtTicks, ReadingKind Kind, double Value, double Value2, string? Text, Quality Quality)
{
    /// <summary>True when a gateway would have sent it. SenML carries no quality: suspect and estimated values travel as they
    /// are, missing and bad ones do not travel.</summary>
    public bool IsSent => Quality is not (Quality.Missing or Quality.Bad);

    /// <summary>Recorded time.</summary>
    public DateTimeOffset ObservedAt => new(ObservedAtTicks, TimeSpan.Zero);
}
