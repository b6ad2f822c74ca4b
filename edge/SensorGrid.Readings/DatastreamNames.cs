using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Readings;

/// <summary>The form of a datastream's name: what a SenML name may be (RFC 8428 §4.5.1), because that is how it travels.</summary>
public static class DatastreamNames
{
    /// <summary>What a name may look like, for messages.</summary>
    public const string Rule = "letters, digits and - : . / _, beginning with a letter or digit, at most 255";

    /// <summary>True when the text may be a name.</summary>
    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return SenMlNames.IsValid(name);
    }
}
