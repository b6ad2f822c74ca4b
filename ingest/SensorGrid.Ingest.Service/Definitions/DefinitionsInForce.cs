using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>The catalogue and the rules that the rules follower goes by now, for whoever shows them. Both are immutable, so a page that
/// took them goes on with one version while the next comes into force.</summary>
internal sealed class DefinitionsInForce
{
    private volatile CityCatalogue catalogue = CityCatalogue.Empty;
    private volatile RuleSet? rules;

    public CityCatalogue Catalogue => catalogue;

    /// <summary>Null before the first rule set came into force.</summary>
    public RuleSet? Rules => rules;

    public void Set(CityCatalogue catalogueNow, RuleSet? rulesNow) => (catalogue, rules) = (catalogueNow, rulesNow);
}
