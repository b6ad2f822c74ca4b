using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.FireWeather;

/// <summary>An index that is worked out once a day, from that day's weather and what it carries over from the day before.</summary>
internal interface IDailyIndex
{
    /// <summary>Works out a day.</summary>
    /// <param name="day">Its weather.</param>
    /// <param name="hasWaited">True when means of the hour after may stand in for what was missing at the hour.</param>
    /// <returns>The value to compare with limits, or NaN when something of the weather is not known; then nothing has changed.</returns>
    double Next(WeatherDay day, bool hasWaited);

    /// <summary>A day went by that could not be worked out.</summary>
    void Miss();

    /// <summary>Begins anew.</summary>
    void Restart();

    /// <summary>What the last value was made of.</summary>
    IEnumerable<EvidenceValue> Evidence { get; }

    /// <summary>Takes over what the same index of an earlier rule set carried.</summary>
    void CopyFrom(IDailyIndex before);

    void WriteTo(SnapshotWriter writer);

    void ReadFrom(ref SnapshotReader reader);
}
