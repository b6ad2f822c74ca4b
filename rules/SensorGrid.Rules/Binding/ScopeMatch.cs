using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

/// <summary>Does a datastream belong to a scope? All that the scope names must match.</summary>
internal static class ScopeMatch
{
    public static bool Matches(RuleScope scope, DatastreamDefinition datastream) =>
        (scope.Domain is null || scope.Domain == datastream.Domain)
        && (scope.Quantity is null || scope.Quantity == datastream.Quantity)
        && (scope.Kind is null || scope.Kind == datastream.Station?.Kind || scope.Kind == datastream.Asset?.Kind)
        && IsOneOf(scope.Stations, datastream.Station?.Id)
        && IsOneOf(scope.Assets, datastream.Asset?.Id)
        && IsOneOf(scope.Gateways, datastream.Key.Gateway)
        && IsOneOf(scope.Datastreams, datastream.Id)
        && (scope.Tags is null || scope.Tags.All(tag => HasTag(datastream, tag.Key, tag.Value)));

    private static bool IsOneOf(IReadOnlyList<string>? ids, string? id) => ids is null || (id is not null && ids.Contains(id));

    private static bool HasTag(DatastreamDefinition datastream, string key, string value) =>
        HasTag(datastream.Tags, key, value) || HasTag(datastream.Station?.Tags, key, value) || HasTag(datastream.Asset?.Tags, key, value);

    private static bool HasTag(IReadOnlyDictionary<string, string>? tags, string key, string value) =>
        tags is not null && tags.TryGetValue(key, out string? found) && found == value;
}
