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

    private readonly ScopePlaces places;

    public ScopeIndex(CityCatalogue catalogue)
    {
        all = [.. catalogue.Datastreams];
        places = new(catalogue);
        byGateway = NumbersBy(datastream => datastream.Key.Gateway);
        byStation = NumbersBy(datastream => datastream.Station?.Id);
        byQuantity = NumbersBy(datastream => datastream.Quantity);
    }

    /// <summary>Those that match all that the scope names, in the order of the catalogue.</summary>
    public List<DatastreamDefinition> Matching(RuleScope scope)
    {
        var there = places.Of(scope);
        return [.. Candidates(scope, there).Select(number => all[number]).Where(datastream => Matches(scope, there, datastream))];
    }

    /// <summary>Those of some that match all that the scope names.</summary>
    public List<DatastreamDefinition> Matching(RuleScope scope, List<DatastreamDefinition> among)
    {
        var there = places.Of(scope);
        return [.. among.Where(datastream => Matches(scope, there, datastream))];
    }

    private static bool Matches(RuleScope scope, HashSet<Station>? there, DatastreamDefinition datastream) =>
        ScopeMatch.Matches(scope, datastream) && (there is null || (datastream.Station is { } station && there.Contains(station)));

    private IEnumerable<int> Candidates(RuleScope scope, HashSet<Station>? there)
    {
        if (scope.Gateways is { } gateways)
            return gateways.Distinct().SelectMany(gateway => byGateway[gateway]).Order();
        if (scope.Stations is { } stations)
            return stations.Distinct().SelectMany(station => byStation[station]).Order();
        if (there is not null)
            return there.SelectMany(station => byStation[station.Id]).Order();
        return scope.Quantity is { } quantity ? byQuantity[quantity] : Enumerable.Range(0, all.Count);
    }

    private ILookup<string, int> NumbersBy(Func<DatastreamDefinition, string?> key) =>
        Enumerable.Range(0, all.Count).Where(number => key(all[number]) is not null).ToLookup(number => key(all[number])!, StringComparer.Ordinal);
}
