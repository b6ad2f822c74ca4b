using SensorGrid.Readings;

namespace SensorGrid.Rules.Areas;

/// <summary>One of the points that the value of an area was made of.</summary>
/// <param name="Datastream">Whose readings they are.</param>
/// <param name="Weight">How much it counts among all points.</param>
/// <param name="Value">Its value; NaN when it had none and was left out. Of a count 1 when it counted, else 0.</param>
/// <param name="ObservedAtTicks">Stamp of its newest value; <see cref="long.MinValue"/> when it never had one.</param>
public readonly record struct AreaPoint(DatastreamKey Datastream, double Weight, double Value, long ObservedAtTicks);
