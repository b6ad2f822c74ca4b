using SensorGrid.Readings;

namespace SensorGrid.Rules;

/// <summary>Which readings are values to compare with limits.</summary>
internal static class NumberReading
{
    /// <summary>A number or a boolean, not missing and not bad, and finite.</summary>
    public static bool IsValue(in Reading reading) =>
        reading.Kind is ReadingKind.Number or ReadingKind.Boolean
        && reading.Quality is Quality.Good or Quality.Estimated or Quality.Suspect
        && double.IsFinite(reading.Value);
}
