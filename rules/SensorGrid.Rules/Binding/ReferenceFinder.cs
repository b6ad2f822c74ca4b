using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

/// <summary>Finds the datastream that a formula means by <c>of</c>: one by its id, or the one of a quantity at the same station or asset. A wrong id is a
/// mistake; a station that has no such sensor is left out, for a rule is for many. Along the network it may mean several.</summary>
internal sealed class ReferenceFinder(CityCatalogue catalogue, SourceMessages messages)
{
    /// <summary>A pipe or a river has a sensor nearer than this, or what is measured there is another matter.</summary>
    private const int MostSteps = 20;

    /// <summary>So many meet at one point at most.</summary>
    private const int MostRelated = 16;

    private readonly StationNetwork network = new(catalogue);

    private readonly ILookup<(object Place, string Quantity), DatastreamDefinition> byPlace = catalogue.Datastreams
        .Where(datastream => PlaceOf(datastream) is not null)
        .ToLookup(datastream => (PlaceOf(datastream)!, datastream.Quantity));

    /// <returns>Null when there is none or more than one, which is said.</returns>
    public DatastreamDefinition? Find(Rule rule, DatastreamDefinition from, string name)
    {
        if (IsId(name))
            return Named(rule, name);
        if (PlaceOf(from) is not { } place)
            return LeaveOut(rule, from, name, "it belongs to no station and no asset");
        var there = byPlace[(place, name)].Where(other => other != from).ToList();
        string where = from.Station is { } station ? $"station '{station.Id}'" : $"asset '{from.Asset!.Id}'";
        return there.Count switch
        {
            1 => there[0],
            0 => LeaveOut(rule, from, name, $"{where} has no datastream of that quantity"),
            _ => LeaveOut(rule, from, name, $"{where} has {there.Count}: {string.Join(", ", there.Select(other => other.Id))}; name one of them"),
        };
    }

    /// <summary>The nearest along the network that measure it, one of each branch, in order of their ids. None is nothing to be said: every network has ends.</summary>
    /// <returns>Null when they cannot be told apart or are too many, which is said.</returns>
    public IReadOnlyList<DatastreamDefinition>? Related(Rule rule, DatastreamDefinition from, RelatedName name)
    {
        if (from.Station is not { } station)
        {
            LeaveOut(rule, from, name.ToString(), "it belongs to no station");
            return null;
        }
        int steps = name.Direction == "neighbour" ? 1 : MostSteps;
        var stations = network.Nearest(station, name.Direction, steps, other => byPlace[(other, name.Quantity)].Any());
        if (stations.Count > MostRelated)
        {
            LeaveOut(rule, from, name.ToString(), $"there are {stations.Count}, more than {MostRelated}");
            return null;
        }
        var related = new List<DatastreamDefinition>();
        foreach (var other in stations)
        {
            var there = byPlace[(other, name.Quantity)].ToList();
            if (there.Count > 1)
            {
                LeaveOut(rule, from, name.ToString(), $"station '{other.Id}' has {there.Count}: {string.Join(", ", there.Select(one => one.Id))}");
                return null;
            }
            related.Add(there[0]);
        }
        return [.. related.OrderBy(datastream => datastream.Id, StringComparer.Ordinal)];
    }

    /// <summary>True for <c>gateway/name</c>, false for a quantity.</summary>
    public static bool IsId(string name) => name.Contains('/', StringComparison.Ordinal);

    private static object? PlaceOf(DatastreamDefinition datastream) => (object?)datastream.Station ?? datastream.Asset;

    private DatastreamDefinition? Named(Rule rule, string id)
    {
        if (catalogue.Datastreams.Find(id) is { } found)
            return found;
        string hint = DidYouMean.Hint(id, catalogue.Datastreams.Select(datastream => datastream.Id));
        messages.Add(rule.Position.Error($"rule '{rule.Id}' refers to datastream '{id}', which the catalogue does not have{hint}"));
        return null;
    }

    private DatastreamDefinition? LeaveOut(Rule rule, DatastreamDefinition from, string name, string because)
    {
        messages.Add(rule.Position.Warning($"rule '{rule.Id}' does not watch '{from.Id}': it refers to '{name}', and {because}"));
        return null;
    }
}
