using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Rules.Binding;

/// <summary>How stations hang together along the pipes or the river, and beside each other: the relations of the catalogue. They may run in circles.</summary>
internal sealed class StationNetwork
{
    private readonly ILookup<Station, Station> above;
    private readonly ILookup<Station, Station> below;
    private readonly ILookup<Station, Station> beside;

    public StationNetwork(CityCatalogue catalogue)
    {
        var upstream = catalogue.Relations.Where(relation => relation.Kind == "upstream").ToList();
        above = upstream.ToLookup(relation => relation.To, relation => relation.From);
        below = upstream.ToLookup(relation => relation.From, relation => relation.To);
        beside = catalogue.Relations.Where(relation => relation.Kind == "neighbour")
            .SelectMany(relation => new[] { (relation.From, relation.To), (From: relation.To, To: relation.From) })
            .ToLookup(pair => pair.From, pair => pair.To);
    }

    /// <summary>Those one step away.</summary>
    /// <param name="station">From where.</param>
    /// <param name="direction"><c>upstream</c>, <c>downstream</c> or <c>neighbour</c>.</param>
    public IEnumerable<Station> Next(Station station, string direction) => direction switch
    {
        "upstream" => above[station],
        "downstream" => below[station],
        _ => beside[station],
    };

    /// <summary>All in a direction, however far. Not the station itself, unless relations run in a circle.</summary>
    public HashSet<Station> All(Station from, string direction)
    {
        var found = new HashSet<Station>();
        var waiting = new Stack<Station>([from]);
        while (waiting.TryPop(out var station))
        {
            foreach (var other in Next(station, direction))
            {
                if (found.Add(other))
                    waiting.Push(other);
            }
        }
        return found;
    }

    /// <summary>Of each branch the nearest that will do; what lies behind it is not looked at. Never the station itself.</summary>
    /// <param name="from">From where.</param>
    /// <param name="direction">Where to.</param>
    /// <param name="steps">How far, at most.</param>
    /// <param name="willDo">What is looked for.</param>
    public List<Station> Nearest(Station from, string direction, int steps, Func<Station, bool> willDo)
    {
        var (found, seen) = (new List<Station>(), new HashSet<Station> { from });
        List<Station> reached = [from];
        for (int step = 0; step < steps && reached.Count > 0; step++)
        {
            var next = reached.SelectMany(station => Next(station, direction)).Where(seen.Add).ToList();
            found.AddRange(next.Where(willDo));
            reached = [.. next.Where(station => !willDo(station))];
        }
        return found;
    }
}
