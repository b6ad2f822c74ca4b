using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.FireWeather;
using SensorGrid.Rules.Geofences;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Binding;

/// <summary>One rule bound to one datastream or one gateway: what one evaluator is made from.</summary>
/// <param name="Scopes">One condition, or for a geofence one for each zone in the order of the index.</param>
/// <param name="Datastream">What is watched, or null for the gateway as a whole.</param>
/// <param name="Gateway">The gateway that sends it.</param>
/// <param name="Zones">The zones of a geofence.</param>
/// <param name="Measure">What a threshold rule works out.</param>
/// <param name="Schedule">The limits of a threshold rule, when they are not the same all the year.</param>
/// <param name="Target">The limit that a time-to-limit rule looks ahead to.</param>
/// <param name="Errors">What tells the error of its fixes, for a geofence that asks for it.</param>
/// <param name="Place">Of a check-in by fixes: where.</param>
/// <param name="Weather">Where the weather of a fire weather rule comes from.</param>
/// <param name="Members">Of a group: who it listens to; then there is no datastream.</param>
/// <param name="Area">Of an area: its points; then there is no datastream.</param>
internal sealed record BoundRule(
    IReadOnlyList<ConditionScope> Scopes, DatastreamKey? Datastream, string Gateway, ZoneIndex? Zones = null, MeasurePlan? Measure = null,
    LimitSchedule? Schedule = null, double Target = double.NaN, DatastreamKey? Errors = null, PreparedZone? Place = null, WeatherPlan? Weather = null,
    IReadOnlyList<BoundMember>? Members = null, IReadOnlyList<BoundPoint>? Area = null);
