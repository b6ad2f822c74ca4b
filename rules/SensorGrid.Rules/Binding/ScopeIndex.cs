using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

/// <summary>Finds the datastreams of a scope without looking at all of them when it names gateways, stations or a quantity: a thousand rules over a
/// hundred thousand datastreams are bound in a moment, not in a minute.</summary>
internal sealed class ScopeIndex
{
    private readonly List<DatastreamDefinition> all;
    private readonly ILookup<string, int> byGateway;
    private readonly ILookup<string, int> byStation;
    private readonly ILookup<string, int> byQuantity;

    public ScopeIndex(IEnumerable<DatastreamDefinition> datastreams)
    {
        all = [.. datastreams];
        byGateway = NumbersBy(datastream => datastream.Key.Gateway);
        byStation = NumbersBy(datastream => datastream.Station?.Id);
        byQuantity = NumbersBy(datastream => datastream.Quantity);
    }

    /// <summary>Those that match all that the scope names, in the order of the catalogue.</summary>
    public List<DatastreamDefinition> Matching(RuleScope scope) =>
        [.. Candidates(scope).Select(number => all[number]).Where(datastream => ScopeMatch.Matches(scope, datastream))];

    private IEnumerable<int> Candidates(RuleScope scope)
    {
        if (scope.Gateways is { } gateways)
            return gateways.Distinct().SelectMany(gateway => byGateway[gateway]).Order();
        if (scope.Stations is { } stations)
            return stations.Distinct().SelectMany(station => byStation[station]).Order();
        return scope.Quantity is { } quantity ? byQuantity[quantity] : Enumerable.Range(0, all.Count);
    }

    private ILookup<string, int> NumbersBy(Func<DatastreamDefinition, string?> key) =>
        Enumerable.Range(0, all.Count).Where(number => key(all[number]) is not null).ToLookup(number => key(all[number])!, StringComparer.Ordinal);
}
