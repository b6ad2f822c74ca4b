using System.Collections.Immutable;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>The catalogue and the rules that the rules follower goes by now, for whoever shows them. Both are immutable, so a page that
/// took them goes on with one version while the next comes into force.</summary>
internal sealed class DefinitionsInForce
{
    private volatile CityCatalogue catalogue = CityCatalogue.Empty;
    private volatile RuleSet? rules;
    private volatile CatalogueIndex? index;
    private volatile ImmutableDictionary<string, Zone> movedZones = ImmutableDictionary<string, Zone>.Empty;

    public CityCatalogue Catalogue => catalogue;

    /// <summary>Null before the first rule set came into force.</summary>
    public RuleSet? Rules => rules;

    /// <summary>The catalogue in the order of lists. Made by the first who asks for it, not by the follower: nobody may ever ask.</summary>
    public CatalogueIndex Index
    {
        get
        {
            var now = catalogue;
            // Two who ask at once make two equal ones, and one of them is kept.
            return index is { } made && made.Catalogue == now ? made : index = new(now);
        }
    }

    /// <summary>The catalogue's zones, each where it is now.</summary>
    public IEnumerable<(Zone Zone, bool IsMoved)> Zones
    {
        get
        {
            var now = movedZones;
            return catalogue.Zones.Select(zone => now.TryGetValue(zone.Id, out var moved) ? (moved, true) : (zone, false));
        }
    }

    public void Set(CityCatalogue catalogueNow, RuleSet? rulesNow, ImmutableDictionary<string, Zone> movedNow) =>
        (catalogue, rules, movedZones) = (catalogueNow, rulesNow, movedNow);
}
