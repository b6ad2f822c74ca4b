using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Binding;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Areas;

/// <summary>How much one point counts in an area whose points do not count the same.</summary>
/// <param name="Rule">Rule id.</param>
/// <param name="Scope">The area.</param>
/// <param name="Datastream"><c>gateway/name</c>.</param>
/// <param name="Weight">The share of the area's ground that is nearest to it.</param>
public sealed record AreaWeight(string Rule, string Scope, string Datastream, double Weight)
{
    /// <summary>All weights that rules work out of a catalogue, in order of rule and area, for people who want to check them.</summary>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="rules">The rules.</param>
    public static IReadOnlyList<AreaWeight> Of(CityCatalogue catalogue, RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(rules);
        var weights = new List<AreaWeight>();
        // What does not fit has been said by whoever read the rules.
        RuleBinder.Bind(catalogue, rules, new SourceMessages(), bound =>
        {
            if (bound.Area is { } points && bound.Scopes[0].Rule is ThresholdRule { Over.Weights: AreaWeights.Thiessen })
                weights.AddRange(points.Select(point => new AreaWeight(bound.Scopes[0].Rule.Id, bound.Scopes[0].Key, point.Scope.Datastream!.Value.ToString(), point.Weight)));
        });
        return weights;
    }
}
