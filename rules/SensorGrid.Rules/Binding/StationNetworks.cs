using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Rules.Binding;

/// <summary>Which stations lie on one network of pipes or one river: all that are joined by <c>upstream</c> relations, whichever way. A network is named
/// after its lowest station, the first by id where several have nothing below them (or none has, in a circle).</summary>
internal sealed class StationNetworks
{
    private readonly Dictionary<Station, string> names = new(ReferenceEqualityComparer.Instance);

    public StationNetworks(CityCatalogue catalogue)
    {
        var upstream = catalogue.Relations.Where(relation => relation.Kind == "upstream").ToList();
        var joined = upstream.SelectMany(relation => new[] { (relation.From, relation.To), (From: relation.To, To: relation.From) })
            .ToLookup(pair => pair.From, pair => pair.To);
        var hasBelow = upstream.Select(relation => relation.From).ToHashSet();
        foreach (var station in upstream.Select(relation => relation.From))
        {
            if (names.ContainsKey(station))
                continue;
            var network = Joined(joined, station);
            string name = network.OrderBy(hasBelow.Contains).ThenBy(member => member.Id, StringComparer.Ordinal).First().Id;
            foreach (var member in network)
                names.Add(member, name);
        }
    }

    /// <returns>Null for a station that is joined to none.</returns>
    public string? Of(Station station) => names.GetValueOrDefault(station);

    private static HashSet<Station> Joined(ILookup<Station, Station> next, Station from)
    {
        var found = new HashSet<Station> { from };
        var waiting = new Stack<Station>([from]);
        while (waiting.TryPop(out var station))
        {
            foreach (var other in next[station])
            {
                if (found.Add(other))
                    waiting.Push(other);
            }
        }
        return found;
    }
}
