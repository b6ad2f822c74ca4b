using System.Collections.Immutable;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Binding;

/// <summary>Works out what one threshold rule must know for each datastream it watches: its formulas in the units they meet, the datastreams they refer to,
/// and what they take from the catalogue. A datastream for which something is missing is said and left out.</summary>
internal sealed class MeasureBinder
{
    private readonly ThresholdRule rule;
    private readonly string unit;
    private readonly ReferenceFinder references;
    private readonly SourceMessages messages;
    // Compiled formulas by the units of the datastreams they refer to; null where they do not fit together, which is said once.
    private readonly Dictionary<string, Compiled?> byUnits = new(StringComparer.Ordinal);
    private readonly MeasurePlan plain;
    private readonly List<FormulaInput> plainInputs;
    private readonly string[] others;
    private readonly HashSet<ValueExpression> crowded = [];
    private long room;
    private readonly HashSet<string> unknown = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RelatedName> unfound = new(StringComparer.Ordinal);

    public MeasureBinder(ThresholdRule rule, string unit, ReferenceFinder references, SourceMessages messages)
    {
        (this.rule, this.unit, this.references, this.messages) = (rule, unit, references, messages);
        plain = new([new(rule.Value)]);
        plainInputs = [new(rule.Value)];
        others = [.. Formulas.SelectMany(formula => formula.Root.Parts()).OfType<ReferenceNode>().Select(node => node.Of).Distinct()];
        foreach (string name in others)
        {
            if (RelatedName.TryParse(name, out var related))
                unfound.Add(name, related);
        }
    }

    /// <summary>True when anything that was said is a mistake of the rule.</summary>
    public bool HasErrors { get; private set; }

    private IEnumerable<ValueFormula> Formulas => rule.LimitFormulas.Values.Prepend(rule.Formula!).Where(formula => formula is not null);

    /// <summary>What is worked out for a datastream, and in which unit its value then is: once, or for each that it is paired with along the network.</summary>
    /// <returns>Nothing when it cannot be, which is said, or when it is paired with none.</returns>
    public IEnumerable<BoundMeasure> Of(DatastreamDefinition datastream)
    {
        if (rule.Formula is null && rule.LimitFormulas.Count == 0)
        {
            if (InputsOf(plainInputs, plain.Inputs, datastream, Pairing.Empty.Found) is { } only)
                yield return new(only == plain.Inputs ? plain : new(only), UnitOfValue(rule.Value), []);
            yield break;
        }
        foreach (var found in Pairings(datastream))
        {
            if (Bind(datastream, found) is { } bound)
                yield return bound;
        }
    }

    /// <summary>Says which names along the network nothing was found for.</summary>
    public void SayUnfound()
    {
        foreach (var (name, related) in unfound)
        {
            messages.Add(rule.Position.Warning(
                $"rule '{rule.Id}' refers to '{name}', and no station {(related.Direction == "neighbour" ? "beside" : $"{related.Direction} of")} those it watches has a datastream of that quantity"));
        }
    }

    // What the names mean: one datastream each, but for names along the network. Of those, the ones that are compared each by itself make as many pairings.
    private IEnumerable<Pairing> Pairings(DatastreamDefinition datastream)
    {
        IEnumerable<Pairing> pairings = [Pairing.Empty];
        foreach (string name in others)
        {
            if (unknown.Contains(name))
                return [];
            if (RelatedName.TryParse(name, out var related))
            {
                if (references.Related(rule, datastream, related) is not { Count: > 0 } several)
                    return [];
                unfound.Remove(name);
                pairings = related.Pick is null
                    ? [.. pairings.SelectMany(pairing => several.Select(partner => pairing.With(name, partner)))]
                    : [.. pairings.Select(pairing => pairing.WithAll(name, several))];
                continue;
            }
            if (references.Find(rule, datastream, name) is not { } other)
            {
                // A wrong id is wrong for all.
                if (ReferenceFinder.IsId(name))
                    HasErrors = unknown.Add(name);
                return [];
            }
            pairings = [.. pairings.Select(pairing => pairing.WithNamed(name, other))];
        }
        return pairings;
    }

    private BoundMeasure? Bind(DatastreamDefinition datastream, Pairing pairing)
    {
        string key = string.Join('|', pairing.Found.OrderBy(found => found.Key, StringComparer.Ordinal).Select(found => $"{found.Key} {found.Value.UnitName}"));
        if (!byUnits.TryGetValue(key, out var compiled))
            byUnits.Add(key, compiled = Compile(datastream, pairing));
        if (compiled is null || InputsOf(compiled.Inputs, compiled.Shared, datastream, pairing.Found) is not { } inputs)
            return null;
        return new(new(inputs, compiled.Value, compiled.Limits), compiled.Unit, pairing.Partners);
    }

    private Compiled? Compile(DatastreamDefinition datastream, Pairing pairing)
    {
        var inputs = new List<FormulaInput>();
        bool fits = true;
        FormulaProgram? value = null;
        if (rule.Formula is null)
            inputs.Add(new(rule.Value));
        else
            value = One(rule.Formula);
        string ofValue = value?.Unit ?? UnitOfValue(rule.Value);
        FormulaProgram?[]? limits = rule.LimitFormulas.Count == 0 ? null : new FormulaProgram?[4];
        foreach (var (level, formula) in rule.LimitFormulas)
        {
            var limit = limits![(int)level - 1] = One(formula);
            if (!fits || limit is null || limit.Unit == ofValue)
                continue;
            fits = false;
            Error(formula.PositionOf(0).Error(
                $"rule '{rule.Id}' watches '{datastream.Id}': the value is {FormulaUnits.Say(ofValue)}, its limit for {LevelNames.NameOf(level)} {FormulaUnits.Say(limit.Unit)}"));
        }
        return fits ? new(inputs, [.. inputs.Select(input => new MeasureInput(input.Call))], value, limits, ofValue) : null;

        FormulaProgram? One(ValueFormula formula)
        {
            var (program, problems) = FormulaProgram.Compile(RelatedValues.WriteOut(formula.Root, pairing.Counts), unit, name => pairing.Found[name].UnitName, inputs);
            foreach (var problem in problems)
                Error(formula.PositionOf(problem.Offset).Error($"rule '{rule.Id}' watches '{datastream.Id}' in '{unit}': {problem.Text}"));
            fits &= program is not null;
            return program;
        }
    }

    // The shared inputs where the datastream adds nothing of its own: a city has very many.
    private MeasureInput[]? InputsOf(
        List<FormulaInput> asked, MeasureInput[] shared, DatastreamDefinition datastream, ImmutableDictionary<string, DatastreamDefinition> found)
    {
        var inputs = shared;
        LimitSchedule? schedule = null;
        for (int i = 0; i < asked.Count; i++)
        {
            var own = shared[i];
            if (asked[i].Limit != Level.None)
            {
                schedule ??= new(datastream.Limits, datastream.DatedLimits);
                if (!schedule.All.Any(limits => limits.Of((int)asked[i].Limit) is not null))
                {
                    string level = LevelNames.NameOf(asked[i].Limit);
                    messages.Add(rule.Position.Warning($"rule '{rule.Id}' needs limit({level}), which the catalogue does not give '{datastream.Id}'; it is not watched"));
                    return null;
                }
                own = new(default, Schedule: schedule, Level: asked[i].Limit);
            }
            else if (asked[i].Of is { } name)
            {
                long within = asked[i].WithinTicks;
                if (within == 0)
                    within = Math.Max(rule.FreshnessTicks, 2 * (found[name].ExpectedInterval?.Ticks ?? 0));
                own = new(Roomy(asked[i].Call.For(found[name])), found[name].Key, within);
            }
            else if (Roomy(asked[i].Call.For(datastream)) is var call && call != own.Call)
            {
                own = new(call);
            }
            if (CallCheck.ProblemOf(own.Call) is { } problem)
            {
                Error(rule.Position.Error($"rule '{rule.Id}' watches '{datastream.Id}': {problem}"));
                return null;
            }
            SayCrowd(own.Call, asked[i].Of is { } source ? found[source] : datastream);
            if (ReferenceEquals(own, shared[i]))
                continue;
            if (inputs == shared)
                inputs = [.. shared];
            inputs[i] = own;
        }
        return inputs;
    }

    // Large windows over very many datastreams would take all memory: those that come too late in the rule's order are no larger than any.
    private ValueExpression Roomy(ValueExpression call)
    {
        if (room + call.MostReadings > WindowRoom.MostOfRule)
            return call with { MostReadings = 0 };
        room += call.MostReadings;
        return call;
    }

    // Of many datastreams the first speaks for all.
    private void SayCrowd(ValueExpression call, DatastreamDefinition of)
    {
        if (CallCheck.CrowdOf(call, of) is { } crowd && crowded.Add(call))
            messages.Add(rule.Position.Warning($"rule '{rule.Id}': {crowd}"));
    }

    private void Error(SourceMessage message)
    {
        HasErrors = true;
        messages.Add(message);
    }

    private string UnitOfValue(ValueExpression value) => unit.Length == 0 ? "" : FormulaUnits.Of(value, unit);

    private sealed record Compiled(List<FormulaInput> Inputs, MeasureInput[] Shared, FormulaProgram? Value, FormulaProgram?[]? Limits, string Unit);
}
