using SensorGrid.Readings;

namespace SensorGrid.Rules;

// Readings older than the newest of their datastream: too late to be evaluated, not to be known.
public sealed partial class RuleEngine
{
    private void TakeLate(WatchedDatastream datastream, in Reading reading)
    {
        Counters.Late++;
        if (datastream.Clock.IsAhead)
            return;
        bool corrects = false;
        foreach (var evaluator in datastream.Evaluators)
            corrects |= evaluator.TakeLate(reading);
        if (corrects)
        {
            // What was harmless may not be any more, and what came in may leave before all else.
            quiet[datastream.Index.Value].Close();
            Schedule(datastream);
        }
        foreach (var reference in datastream.References)
            corrects |= TellLate(reference, reading);
        if (corrects)
            Counters.WindowCorrections++;
        HoldLate(datastream, reading);
    }

    private bool TellLate(DatastreamReference reference, in Reading reading)
    {
        if (!reference.Evaluator.TakeLateOther(reading, reference.Inputs))
            return false;
        var condition = reference.Evaluator.Conditions[0];
        if (condition.Due != long.MaxValue)
            timers.SetNoLaterThan(condition.Number, condition.Clock.LogTimeOf(condition.Due));
        return true;
    }
}
