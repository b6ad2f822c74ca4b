using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules;

/// <summary>
/// Readings in, changes of conditions out. Pure: no clock, no I/O, no thread of its own; the same calls give the same output,
/// whatever the indices of the datastreams are and however the calls were cut into batches.
/// <code>
/// OnReadings/OnTick(log time) ─► timers that the log's clock has reached, in order of (due, rule id, scope)
///                                for each reading ─► changes nothing but the time? ─► kept, in one element of an array
///                                                    of a datastream that is put in order? ─► waits
///                                                    duplicate or late? ─► counted
///                                                    timers up to its stamp ─► evaluators of its datastream ─► of its gateway
/// </code>
/// The cost of a reading depends on the rules that concern its datastream and on nothing else.
/// </summary>
public sealed partial class RuleEngine
{
    private readonly DatastreamTable table;
    private readonly ChangeSink sink;
    private readonly LogClock log = new();
    private readonly Dictionary<string, WatchedGateway> gateways = new(StringComparer.Ordinal);
    // By number.
    private readonly List<WatchedGateway> numberedGateways = [];
    private WatchedDatastream?[] datastreams = [];
    private Condition[] conditions = [];
    private TimerHeap timers = new(0);

    /// <summary>Most readings that wait to be put in order. 1,000,000: 32 MB. With one more its datastream lets its oldest go early, and counts it.</summary>
    public const int MostHeld = 1_000_000;

    /// <param name="table">Gives the keys behind the indices of the readings.</param>
    /// <param name="mostHeld">See <see cref="MostHeld"/>.</param>
    public RuleEngine(DatastreamTable table, int mostHeld = MostHeld)
        : this(table, mostHeld, new())
    {
    }

    internal RuleEngine(DatastreamTable table, int mostHeld, GapBounds gapBounds)
    {
        this.table = table;
        this.mostHeld = mostHeld;
        this.gapBounds = gapBounds;
        sink = new(Counters) { Schedule = condition => timers.SetNoLaterThan(condition.Number, condition.Clock.LogTimeOf(condition.Due)) };
    }

    /// <summary>What became of the readings.</summary>
    public RuleCounters Counters { get; } = new();

    /// <summary>Takes the readings of one log record, assessed.</summary>
    /// <param name="logTimeTicks">When the record was received.</param>
    /// <param name="assessed">Its readings, in the order sent.</param>
    /// <param name="output">Gets the changes, in the order they took place.</param>
    public void OnReadings(long logTimeTicks, ReadOnlySpan<Reading> assessed, List<ConditionChange> output)
    {
        sink.Output = output;
        // Timers due at this very moment wait: a reading of this moment may be among those to come, here or in the next record.
        long upTo = Math.Max(log.Time, logTimeTicks) - 1;
        MoveTo(logTimeTicks, upTo);
        sink.FoundByReading(log);
        foreach (ref readonly var reading in assessed)
        {
            // A reading that comes late can make something due at a moment that is over; the next one finds it said, as it would in a record of its own.
            if (HasDue(upTo))
            {
                MoveTo(logTimeTicks, upTo);
                sink.FoundByReading(log);
            }
            if (!TakeQuietly(reading))
                Take(reading);
        }
    }

    /// <summary>Takes the time of a log record without readings.</summary>
    public void OnTick(long logTimeTicks, List<ConditionChange> output)
    {
        sink.Output = output;
        MoveTo(logTimeTicks, upTo: Math.Max(log.Time, logTimeTicks));
    }

    /// <summary>Takes the first record after a start of the service. Since the record before nobody watched: no delay and no silence grows
    /// by that time, nor by the time until a gateway is heard again, so nothing becomes due by this record itself.</summary>
    public void OnStart(long logTimeTicks)
    {
        CloseAll();
        if (log.HasBegun)
        {
            foreach (var gateway in gateways.Values)
                gateway.Watch.OnStart(logTimeTicks);
            foreach (var group in groups)
                group.GroupClock.OnStart(logTimeTicks);
        }
        log.StartAt(logTimeTicks);
        AwaitLateAnew();
    }

    /// <summary>Takes the record that says that the machine's clock was set. What the log's time goes on by it never passed: no delay and no silence
    /// grows by it.</summary>
    /// <param name="logTimeTicks">The log's time from here on.</param>
    /// <param name="aheadTicks">By how much it may be ahead of the gateways': readings are not called old because of it.</param>
    public void OnClockStep(long logTimeTicks, long aheadTicks)
    {
        CloseAll();
        bool hasBegun = log.HasBegun;
        long jump = log.StepTo(logTimeTicks, aheadTicks);
        AwaitLateAnew();
        if (!hasBegun)
            return;
        foreach (var gateway in gateways.Values)
            gateway.Watch.OnStep(jump);
        foreach (var group in groups)
            group.GroupClock.OnStep(jump);
    }

    /// <summary>Readings that evaluators were shown as they came; for tests.</summary>
    internal long LookedAt { get; private set; }

    private bool HasDue(long upTo) => (timers.Count > 0 && timers.FirstDueAt <= upTo) || (releases.Count > 0 && releases.FirstDueAt <= upTo) || settlesAt <= upTo;

    // Entries of the heap may be early (a reading has moved the timer on since, or time was missed), never late: an early one is put back.
    private void FireTimers(long upTo)
    {
        while (timers.Count > 0 && timers.FirstDueAt <= upTo)
        {
            var condition = conditions[timers.First];
            SettleWhatItIsAbout(condition);
            if (condition.Due == long.MaxValue)
            {
                timers.Remove(condition.Number);
                continue;
            }
            long dueAt = condition.Clock.LogTimeOf(condition.Due);
            if (dueAt > timers.FirstDueAt)
            {
                timers.Set(condition.Number, dueAt);
                NarrowWhatItIsAbout(condition);
                continue;
            }
            // The time it was due, not the time of the record that brought it up: how often ticks come must not matter.
            KeepGapBefore(condition);
            sink.FoundByTimer(dueAt, condition.Clock.MissedSince + log.Ahead + ReorderOf(condition));
            condition.Evaluator.OnTimer(condition, condition.Due, sink);
            CloseWhatItIsAbout(condition);
        }
    }

    private void Take(in Reading reading)
    {
        var datastream = Watch(reading.Datastream);
        Settle(reading.Datastream.Value);
        datastream.Gateway.Watch.OnHeard();
        if (datastream.Held is { } waiting)
            Hold(datastream, waiting, reading);
        else
            TakeInTurn(datastream, reading);
    }

    private void TakeInTurn(WatchedDatastream datastream, in Reading reading)
    {
        var clock = datastream.Clock;
        bool isAhead = (reading.Flags & ReadingFlags.FutureStamp) != 0;
        bool steps = clock.SteppedWith(reading.ObservedAtTicks);
        bool changesFrame = steps || clock.IsLeftBy(reading.ObservedAtTicks, isAhead);
        if (!changesFrame && clock.HasStarted && reading.ObservedAtTicks <= clock.LastObserved)
        {
            TakeOld(datastream, reading);
            return;
        }
        if (!steps && changesFrame && isAhead && clock.Doubts(reading.ObservedAtTicks))
        {
            Counters.DoubtedStamps++;
            return;
        }
        Evaluate(datastream, reading, changesFrame, isAhead);
    }

    private void Evaluate(WatchedDatastream datastream, in Reading reading, bool changesFrame, bool isAhead)
    {
        var clock = datastream.Clock;
        quiet[reading.Datastream.Value].Close();
        var gap = changesFrame ? null : EndGap(datastream, reading);
        if (changesFrame)
            RestartFrame(datastream, reading.ObservedAtTicks);
        else
            FireUpTo(reading.ObservedAtTicks, datastream);
        clock.MoveTo(reading.ObservedAtTicks, isAhead);
        (datastream.LastValue, datastream.LastValue2) = (reading.Value, reading.Value2);
        Counters.Evaluated++;
        LookedAt++;
        if (reading.Quality is Quality.Missing or Quality.Bad || !double.IsFinite(reading.Value))
            Counters.NotValues++;
        foreach (int index in datastream.LooksAt)
            Settle(index);
        foreach (var evaluator in datastream.Evaluators)
            evaluator.OnReading(reading, sink);
        gap?.OnEvaluated();
        Schedule(datastream);
        TellReferences(datastream, reading);
        OpenIfQuiet(reading, datastream);
        TakeLife(datastream.Gateway, reading.ObservedAtTicks, isAhead);
    }

    // Its clock went ahead, was put right, or went along with a step of ours: the time between the stamps never passed, so nothing is due because of it. Without
    // this, one wild stamp would mute the sensor until that day, and call it silent until then.
    private void RestartFrame(WatchedDatastream datastream, long at)
    {
        Counters.FrameRestarts++;
        ForgetGaps(datastream);
        foreach (var evaluator in datastream.Evaluators)
            evaluator.RestartFrame(at, sink);
        foreach (var reference in datastream.References)
            reference.Evaluator.OnOtherFrame(at, reference.Inputs);
    }

    private void TakeOld(WatchedDatastream datastream, in Reading reading)
    {
        if (reading.ObservedAtTicks < datastream.Clock.LastObserved)
            TakeLate(datastream, reading);
        else
            CountSame(datastream.HasValue(reading));
    }

    private void CountSame(bool isSameValue)
    {
        if (isSameValue)
            Counters.Duplicates++;
        else
            Counters.LateCorrections++;
    }

    private void TakeLife(WatchedGateway gateway, long observedAt, bool isAhead)
    {
        if (gateway.Evaluators.Length == 0 || (!isAhead && gateway.TryTakeLife(observedAt, log.Time)))
            return;
        gateway.Close(sink);
        var clock = gateway.Clock;
        long life = observedAt;
        if (clock.SteppedWith(observedAt) || clock.IsLeftBy(observedAt, isAhead))
        {
            foreach (var evaluator in gateway.Evaluators)
                evaluator.RestartFrame(observedAt, sink);
            clock.MoveTo(observedAt, isAhead);
        }
        // Several datastreams read at one instant are one sign of life, at that instant: how far apart they arrive must not show.
        else if (clock.HasStarted && observedAt < clock.LastObserved)
        {
            // A datastream whose stamps are behind those of its neighbours is a sign of life now, not at its stamp.
            life = clock.Now;
        }
        else
        {
            FireUpTo(observedAt, gateway.Conditions);
            clock.MoveTo(observedAt, isAhead);
        }
        foreach (var evaluator in gateway.Evaluators)
            evaluator.OnLife(life, sink);
        Schedule(gateway.Conditions);
        if (life == observedAt)
            gateway.OpenIfQuiet(log.Time);
    }

    private void FireUpTo(long time, WatchedDatastream datastream)
    {
        if (!datastream.HasManyConditions)
        {
            FireUpTo(time, datastream.Conditions);
            return;
        }
        while (NextBefore(time, datastream.Evaluators) is { } next)
            next.Evaluator.OnTimer(next, next.Due, sink);
        foreach (var evaluator in datastream.Evaluators)
        {
            if (!evaluator.HasDue)
                continue;
            foreach (var condition in evaluator.Conditions)
            {
                if (condition.Due == time)
                    evaluator.OnTimerBeforeReading(condition, time, sink);
            }
        }
    }

    private static Condition? NextBefore(long time, IEvaluator[] evaluators)
    {
        Condition? next = null;
        foreach (var evaluator in evaluators)
        {
            if (!evaluator.HasDue)
                continue;
            foreach (var condition in evaluator.Conditions)
            {
                if (condition.Due < time && (next is null || condition.Due < next.Due))
                    next = condition;
            }
        }
        return next;
    }

    // Most clocks have few conditions, so looking through them all is cheaper than a heap for each clock.
    private void FireUpTo(long time, Condition[] conditions)
    {
        while (true)
        {
            Condition? next = null;
            foreach (var condition in conditions)
            {
                if (condition.Due < time && (next is null || condition.Due < next.Due))
                    next = condition;
            }
            if (next is null)
                break;
            next.Evaluator.OnTimer(next, next.Due, sink);
        }
        foreach (var condition in conditions)
        {
            if (condition.Due == time)
                condition.Evaluator.OnTimerBeforeReading(condition, time, sink);
        }
    }

    private void Schedule(WatchedDatastream datastream)
    {
        if (!datastream.HasManyConditions)
        {
            Schedule(datastream.Conditions);
            return;
        }
        foreach (var evaluator in datastream.Evaluators)
        {
            if (evaluator.HasDue)
                Schedule(evaluator.Conditions);
        }
    }

    private void Schedule(ReadOnlySpan<Condition> conditions)
    {
        foreach (var condition in conditions)
        {
            if (condition.Due != long.MaxValue)
                timers.SetNoLaterThan(condition.Number, condition.Clock.LogTimeOf(condition.Due));
        }
    }

    private WatchedDatastream Watch(DatastreamIndex index)
    {
        if (index.Value >= datastreams.Length)
        {
            Array.Resize(ref datastreams, Math.Max(index.Value + 1, Math.Max(table.Count, datastreams.Length * 2)));
            Array.Resize(ref quiet, datastreams.Length);
        }
        return datastreams[index.Value] ??= new(index, log, WatchGateway(table.KeyOf(index).Gateway));
    }

    private WatchedGateway WatchGateway(string id)
    {
        if (!gateways.TryGetValue(id, out var gateway))
        {
            gateways.Add(id, gateway = new(log, numberedGateways.Count));
            numberedGateways.Add(gateway);
        }
        return gateway;
    }
}
