using SensorGrid.Readings;
using SensorGrid.Rules.Binding;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Thresholds;

namespace SensorGrid.Rules;

// Rules whose value or limits are made of another datastream than the one they watch: a reading of that one is told to them too, in the order of rule id and
// scope, after the rules that watch it.
public sealed partial class RuleEngine
{
    /// <summary>The other datastreams that a rule's value or limits look at for one thing; none when no rule in force watches it.</summary>
    public IReadOnlyList<DatastreamKey> ReferredBy(string ruleId, string scopeKey) =>
        Find(ruleId, scopeKey)?.Evaluator is ThresholdEvaluator { Others: var others } ? [.. others.Distinct()] : [];

    private void Refer(IReferringEvaluator evaluator, BoundRule rule)
    {
        if (rule.Measure is { HasOthers: false })
            return;
        foreach (var input in InputsOf(rule).ToLookup(input => input.Key, input => input.Input))
        {
            // Refused by a full table it has no readings either, as for a datastream that is watched.
            if (!table.TryIntern(input.Key, out var index))
                continue;
            var datastream = Watch(index);
            datastream.References = [.. datastream.References, new(evaluator, [.. input])];
        }
    }

    private static IEnumerable<(DatastreamKey Key, int Input)> InputsOf(BoundRule rule)
    {
        if (rule.Weather is { } weather)
            return weather.Others.Select(other => (other.Key, (int)other.Element));
        var inputs = rule.Measure!.Inputs;
        return Enumerable.Range(0, inputs.Length).Where(input => inputs[input].Of is not null).Select(input => (inputs[input].Of!.Value, input));
    }

    private void TellReferences(WatchedDatastream datastream, in Reading reading)
    {
        foreach (var reference in datastream.References)
        {
            var condition = reference.Evaluator.Conditions[0];
            reference.Evaluator.OnOther(reading, reference.Inputs, sink);
            // The other's stamp may lie in this one's past, and what begins there be over by now. It is found now, whatever else the record holds.
            while (condition.Due != long.MaxValue && condition.Clock.LogTimeOf(condition.Due) < log.Time)
                reference.Evaluator.OnTimer(condition, condition.Due, sink);
            if (condition.Due != long.MaxValue)
                timers.SetNoLaterThan(condition.Number, condition.Clock.LogTimeOf(condition.Due));
        }
    }
}

/// <summary>A rule that needs a datastream without watching it.</summary>
/// <param name="Evaluator">Who is told.</param>
/// <param name="Inputs">For which of its inputs.</param>
internal sealed record DatastreamReference(IReferringEvaluator Evaluator, int[] Inputs);
