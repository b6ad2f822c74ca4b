using SensorGrid.Rules.Areas;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Binding;

/// <summary>One point of an area.</summary>
/// <param name="Scope">The rule and the datastream.</param>
/// <param name="Measure">What is worked out of its readings.</param>
/// <param name="Weight">How much it counts.</param>
/// <param name="FreshTicks">How old its newest value may be.</param>
/// <param name="Limit">Which values count, for a count.</param>
internal sealed record BoundPoint(ConditionScope Scope, MeasurePlan Measure, double Weight, long FreshTicks, AreaLimit? Limit);
