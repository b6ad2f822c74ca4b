using SensorGrid.Readings;

namespace SensorGrid.Rules.FireWeather;

/// <summary>Where the weather of one place comes from, beside the datastream that is watched.</summary>
/// <param name="Watched">What the watched datastream measures.</param>
/// <param name="Others">The other datastreams by what they measure, none twice.</param>
/// <param name="WindFactor">From the unit of the wind to the one the index takes.</param>
/// <param name="Latitude">Degrees north; NaN where the index asks for none.</param>
internal sealed record WeatherPlan(
    WeatherElement Watched, IReadOnlyList<(WeatherElement Element, DatastreamKey Key)> Others, double WindFactor, double Latitude);
