using NetTopologySuite.Geometries;
using NetTopologySuite.Index;
using NetTopologySuite.Index.Strtree;

namespace SensorGrid.Rules.Geofences;

/// <summary>The zones of one rule, in order of their ids, and which of them may cover a place. Built when the rules load; not
/// changed afterwards. Not thread-safe: it keeps the answer to the last question.</summary>
internal sealed class ZoneIndex : IItemVisitor<int>
{
    private readonly STRtree<int> tree = new();
    private readonly List<int> candidates = [];
    private readonly Envelope asked = new();

    public ZoneIndex(IEnumerable<PreparedZone> zones)
    {
        Zones = [.. zones.OrderBy(zone => zone.Id, StringComparer.Ordinal)];
        for (int i = 0; i < Zones.Length; i++)
            tree.Insert(Zones[i].Envelope, i);
        tree.Build();
    }

    public PreparedZone[] Zones { get; }

    /// <summary>Places in <see cref="Zones"/> of those whose envelope covers a place.</summary>
    public List<int> CandidatesAt(Coordinate place)
    {
        candidates.Clear();
        asked.Init(place);
        tree.Query(asked, this);
        return candidates;
    }

    void IItemVisitor<int>.VisitItem(int item) => candidates.Add(item);
}
