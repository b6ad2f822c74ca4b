using System.Collections.Immutable;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Binding;

/// <summary>Which datastreams the names of a formula mean for one datastream that is watched. Immutable.</summary>
/// <param name="Found">By name; where a name means several, each by a name of its own.</param>
/// <param name="Counts">How many those are.</param>
/// <param name="Partners">Those it is compared with one by one, in the order of the names.</param>
internal sealed record Pairing(
    ImmutableDictionary<string, DatastreamDefinition> Found, ImmutableDictionary<string, int> Counts, ImmutableArray<DatastreamDefinition> Partners)
{
    public static Pairing Empty { get; } = new(
        ImmutableDictionary.Create<string, DatastreamDefinition>(StringComparer.Ordinal), ImmutableDictionary.Create<string, int>(StringComparer.Ordinal), []);

    public Pairing WithNamed(string name, DatastreamDefinition other) => this with { Found = Found.Add(name, other) };

    public Pairing With(string name, DatastreamDefinition partner) => this with { Found = Found.Add(name, partner), Partners = Partners.Add(partner) };

    public Pairing WithAll(string name, IReadOnlyList<DatastreamDefinition> several)
    {
        var found = Found;
        for (int i = 0; i < several.Count; i++)
            found = found.Add(RelatedValues.NameOf(name, i), several[i]);
        return this with { Found = found, Counts = Counts.Add(name, several.Count) };
    }
}

/// <summary>What one condition of a threshold rule works out.</summary>
/// <param name="Plan">How.</param>
/// <param name="Unit">Unit of the value; empty for none.</param>
/// <param name="Partners">Datastreams along the network that it is compared with, each of which makes a condition of its own.</param>
internal sealed record BoundMeasure(MeasurePlan Plan, string Unit, IReadOnlyList<DatastreamDefinition> Partners);
