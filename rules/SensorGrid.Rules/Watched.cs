using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Silence;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules;

/// <summary>A datastream as the rules see it: its clock, its newest reading, and who wants to know about it.</summary>
internal sealed class WatchedDatastream(DatastreamIndex index, LogClock log, WatchedGateway gateway)
{
    public DatastreamIndex Index => index;

    public EventClock Clock { get; } = new(log, gateway.Watch);

    public WatchedGateway Gateway { get; } = gateway;

    public double LastValue { get; set; }

    public double LastValue2 { get; set; }

    /// <summary>In order of (rule id, scope key).</summary>
    public IEvaluator[] Evaluators { get; set; } = [];

    /// <summary>Indices of other datastreams whose newest reading its evaluators look at.</summary>
    public int[] LooksAt { get; set; } = [];

    /// <summary>All conditions of the evaluators, in order of (rule id, scope key).</summary>
    public Condition[] Conditions { get; private set; } = [];

    /// <summary>Who needs it without watching it, in order of (rule id, scope key).</summary>
    public DatastreamReference[] References { get; set; } = [];

    /// <summary>What waits to be put in order, or null when each reading is evaluated when it comes.</summary>
    public HeldReadings? Held { get; private set; }

    /// <summary>True when there can be readings that none of its evaluators need to see.</summary>
    public bool CanBeQuiet { get; private set; } = true;

    /// <summary>True when readings that need not be seen at once must still be given to some evaluator.</summary>
    public bool NeedsEachReading { get; private set; }

    public bool HasValue(in Reading reading) => LastValue.Equals(reading.Value) && LastValue2.Equals(reading.Value2);

    public void HoldFor(long reorder)
    {
        if (Held is null)
        {
            var lead = new EventClock(log, Gateway.Watch);
            lead.SetTo(Clock);
            Held = new(lead);
        }
        Held.Reorder = reorder;
    }

    public void HoldNoMore() => Held = null;

    public void Forget() => (Evaluators, LooksAt, Conditions, References, CanBeQuiet) = ([], [], [], [], true);

    public void SetInOrder()
    {
        if (References.Length > 0)
            References = [.. References.OrderBy(reference => reference.Evaluator.Conditions[0].Number)];
        CanBeQuiet = References.Length == 0 && Evaluators.All(evaluator => evaluator.CanBeQuiet);
        if (Evaluators.Length == 0)
            return;
        NeedsEachReading = Evaluators.Any(evaluator => evaluator.NeedsEachReading);
        Conditions = [.. Evaluators.SelectMany(evaluator => evaluator.Conditions.ToArray()).OrderBy(condition => condition.Number)];
        Evaluators = [.. Evaluators.OrderBy(evaluator => evaluator.Conditions[0].Number)];
    }
}

/// <summary>A gateway as the rules see it: alive when any of its datastreams is.</summary>
internal sealed class WatchedGateway
{
    public WatchedGateway(LogClock log)
    {
        Watch = new(log);
        Clock = new(log, Watch);
    }

    public GatewayWatch Watch { get; }

    public EventClock Clock { get; }

    public DeadmanEvaluator[] Evaluators { get; set; } = [];

    public Condition[] Conditions { get; private set; } = [];

    /// <summary>How long readings of it wait to be put in order, at most.</summary>
    public long Reorder { get; set; }

    public void Forget() => (Evaluators, Conditions) = ([], []);

    public void SetInOrder()
    {
        if (Evaluators.Length == 0)
            return;
        Evaluators = [.. Evaluators.OrderBy(evaluator => evaluator.Conditions[0].Number)];
        Conditions = [.. Evaluators.Select(evaluator => evaluator.Conditions[0])];
    }
}
