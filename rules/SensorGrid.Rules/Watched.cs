using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Silence;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules;

/// <summary>A datastream as the rules see it: its clock, its newest reading, and who wants to know about it.</summary>
internal sealed class WatchedDatastream(DatastreamIndex index, LogClock log, WatchedGateway gateway)
{
    private const int MostFew = 32;

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

    /// <summary>True when one of its evaluators has so many that they are looked through only when some of them are due: a moving thing and all the fences of
    /// a city. The conditions of such an evaluator all come one after the other in <see cref="Conditions"/>.</summary>
    public bool HasManyConditions { get; private set; }

    /// <summary>Who needs it without watching it, in order of (rule id, scope key).</summary>
    public DatastreamReference[] References { get; set; } = [];

    /// <summary>What waits to be put in order, or null when each reading is evaluated when it comes.</summary>
    public HeldReadings? Held { get; private set; }

    /// <summary>True when there can be readings that none of its evaluators need to see.</summary>
    public bool CanBeQuiet { get; private set; } = true;

    /// <summary>True when readings that need not be seen at once must still be given to some evaluator.</summary>
    public bool NeedsEachReading { get; private set; }

    /// <summary>The gap that lasts, when something was due in it; else it is kept when it ends.</summary>
    public KeptGap? OpenGap { get; set; }

    /// <summary>What is kept of its gaps, or null when none ever was.</summary>
    public DatastreamGaps? Gaps { get; set; }

    /// <summary>Shortest pause that is a gap; <see cref="long.MaxValue"/> when none of its rules judges the past.</summary>
    public long ShortestGap { get; set; } = long.MaxValue;

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

    public void Forget() => (Evaluators, LooksAt, Conditions, HasManyConditions, References, CanBeQuiet) = ([], [], [], false, [], true);

    public void SetInOrder()
    {
        if (References.Length > 0)
            References = [.. References.OrderBy(reference => reference.Evaluator.Conditions[0].Number)];
        CanBeQuiet = References.Length == 0 && Array.TrueForAll(Evaluators, evaluator => evaluator.CanBeQuiet);
        if (Evaluators.Length == 0)
            return;
        NeedsEachReading = Array.Exists(Evaluators, evaluator => evaluator.NeedsEachReading);
        int count = 0;
        foreach (var evaluator in Evaluators)
            count += evaluator.Conditions.Length;
        Conditions = new Condition[count];
        foreach (var evaluator in Evaluators)
        {
            evaluator.Conditions.CopyTo(Conditions.AsSpan(^count..));
            count -= evaluator.Conditions.Length;
        }
        Array.Sort(Conditions, static (one, other) => one.Number.CompareTo(other.Number));
        Array.Sort(Evaluators, static (one, other) => one.Conditions[0].Number.CompareTo(other.Conditions[0].Number));
        HasManyConditions = Conditions.Length > MostFew;
    }
}

/// <summary>A gateway as the rules see it: alive when any of its datastreams is.</summary>
internal sealed class WatchedGateway
{
    // A sign of life at which its watches only begin anew is kept here, and told to them when somebody looks; see QuietDatastream.
    private bool isQuiet;
    private bool hasNewer;
    private long gap;
    // As in QuietDatastream.
    private long until;
    private long mostAhead;
    private long lifeAt;
    private long lifeLogTime;

    /// <param name="log">The log's time.</param>
    /// <param name="number">Its place among all gateways.</param>
    public WatchedGateway(LogClock log, int number)
    {
        Number = number;
        Watch = new(log);
        Clock = new(log, Watch);
    }

    /// <summary>Its place among all gateways.</summary>
    public int Number { get; }

    public GatewayWatch Watch { get; }

    public EventClock Clock { get; }

    public DeadmanEvaluator[] Evaluators { get; set; } = [];

    public Condition[] Conditions { get; private set; } = [];

    /// <summary>How long readings of it wait to be put in order, at most.</summary>
    public long Reorder { get; set; }

    /// <summary>Takes a sign of life that changes nothing but the time.</summary>
    /// <returns>False when its watches must be told; nothing is changed then.</returns>
    public bool TryTakeLife(long observedAt, long logTime)
    {
        long since = observedAt - lifeAt;
        if (!isQuiet || since < 0 || since >= gap || observedAt >= until || observedAt - logTime > mostAhead)
            return false;
        // Several datastreams read at one instant are one sign of life, at that instant.
        if (since != 0 || logTime != lifeLogTime)
            (lifeAt, lifeLogTime, hasNewer) = (observedAt, logTime, true);
        return true;
    }

    /// <summary>Takes signs of life by itself from here on, when its watches only wait.</summary>
    public void OpenIfQuiet(long logTime)
    {
        if (Clock.IsAhead)
            return;
        var range = QuietRange.Everything;
        foreach (var evaluator in Evaluators)
        {
            if (!evaluator.TryNarrow(ref range))
                return;
        }
        (isQuiet, gap, until, lifeAt, lifeLogTime) = (true, range.Gap, range.Until, Clock.LastObserved, logTime);
        mostAhead = range.HasTimer ? Clock.LastObserved - logTime : long.MaxValue;
    }

    /// <summary>As in <see cref="QuietDatastream"/>.</summary>
    public void NarrowTo(long ahead)
    {
        if (mostAhead != long.MaxValue)
            mostAhead = Math.Min(mostAhead, ahead);
    }

    /// <summary>Tells clock and watches of the newest sign of life.</summary>
    public void Settle(ChangeSink sink)
    {
        if (!hasNewer)
            return;
        hasNewer = false;
        Clock.CatchUp(lifeAt, lifeLogTime);
        foreach (var evaluator in Evaluators)
            evaluator.OnLife(lifeAt, sink);
    }

    /// <summary>Tells them, and of each sign of life from here on.</summary>
    public void Close(ChangeSink sink)
    {
        Settle(sink);
        isQuiet = false;
    }

    public void Forget() => (Evaluators, Conditions) = ([], []);

    public void SetInOrder()
    {
        if (Evaluators.Length == 0)
            return;
        Evaluators = [.. Evaluators.OrderBy(evaluator => evaluator.Conditions[0].Number)];
        Conditions = [.. Evaluators.Select(evaluator => evaluator.Conditions[0])];
    }
}
