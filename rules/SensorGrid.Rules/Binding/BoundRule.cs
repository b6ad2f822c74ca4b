using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Geofences;

namespace SensorGrid.Rules.Binding;

/// <summary>One rule bound to one datastream or one gateway: what one evaluator is made from.</summary>
/// <param name="Scopes">One condition, or for a geofence one for each zone in the order of the index.</param>
/// <param name="Datastream">What is watched, or null for the gateway as a whole.</param>
/// <param name="Gateway">The gateway that sends it.</param>
/// <param name="Zones">The zones of a geofence.</param>
/// <param name="Errors">What tells the error of its fixes, for a geofence that asks for it.</param>
/// <param name="Formula">What a threshold rule compares, when that is a formula.</param>
internal sealed record BoundRule(
    IReadOnlyList<ConditionScope> Scopes, DatastreamKey? Datastream, string Gateway, ZoneIndex? Zones = null, FormulaProgram? Formula = null,
    DatastreamKey? Errors = null);
