using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Conditions;

/// <summary>What one rule holds true now for one thing: its level, its delays, and when it must be looked at next.</summary>
internal sealed class Condition
{
    /// <summary>The <see cref="Slot"/> of a condition about no datastream and no gateway.</summary>
    public const int NoSlot = -1;

    private const long Never = long.MinValue;

    private readonly MovingPlace? place;
    private LevelMachine machine;

    /// <param name="scope">The rule and what it watches.</param>
    /// <param name="levels">Bit n-1 set for each level n it can raise.</param>
    /// <param name="clock">By which time it goes.</param>
    /// <param name="evaluator">Who decides about it.</param>
    /// <param name="place">Where the moving thing is that all conditions of the evaluator are about; the evaluator changes it.</param>
    public Condition(ConditionScope scope, byte levels, EventClock clock, IEvaluator evaluator, MovingPlace? place = null)
    {
        Scope = scope;
        this.place = place;
        Clock = clock;
        Evaluator = evaluator;
        machine = new(levels);
    }

    public ConditionScope Scope { get; }

    public EventClock Clock { get; }

    public IEvaluator Evaluator { get; }

    /// <summary>Its number: its place among all conditions in order of (rule id, scope key).</summary>
    public int Number { get; set; }

    /// <summary>Index of the datastream it is about, or what <see cref="SlotOfGateway"/> says, or <see cref="NoSlot"/>.</summary>
    public int Slot { get; set; } = NoSlot;

    /// <summary>True when it is about a datastream, whose index its slot is.</summary>
    public bool IsOfDatastream => Slot > NoSlot;

    /// <summary>Number of the gateway it is about; negative when it is about something else.</summary>
    public int GatewayNumber => NoSlot - 1 - Slot;

    /// <summary>The slot of a condition about a gateway itself.</summary>
    public static int SlotOfGateway(int number) => NoSlot - 1 - number;

    /// <summary>Event time at which it must be looked at though no reading comes; <see cref="long.MaxValue"/> for never.</summary>
    public long Due
    {
        get;
        set
        {
            if (place is not null)
                place.DueConditions += (value == long.MaxValue ? 0 : 1) - (field == long.MaxValue ? 0 : 1);
            field = value;
        }
    }
    = long.MaxValue;

    /// <summary>The value its limits are compared with; NaN while there is none.</summary>
    public double Value { get; set; } = double.NaN;

    public Level Level { get; private set; }

    /// <summary>Who hears of its changes instead of everybody: set when it is evidence for a group.</summary>
    public IChangeListener? Listener { get; set; }

    /// <summary>What was kept of it before a gap that lasts, or null.</summary>
    public GapPart? Gap { get; set; }

    public long ChangedAt { get; private set; } = Never;

    public long Onset => machine.Onset;

    public ref LevelMachine Machine => ref machine;

    private Rule Rule => Scope.Rule;

    public long NextDelayDue => machine.NextDue(Rule.OnDelayTicks, Rule.OffDelayTicks);

    /// <summary>Takes what a new value says, and publishes the change if there is one.</summary>
    public void Apply(long at, Level raise, Level keep, ChangeSink sink)
    {
        machine.Apply(at, raise, keep, Rule.OnDelayTicks, Rule.OffDelayTicks);
        PublishChange(at, sink);
    }

    /// <summary>Starts the on-delay without a new value.</summary>
    public void Arm(long at, Level level) => machine.Apply(at, level, level, Rule.OnDelayTicks, Rule.OffDelayTicks);

    /// <summary>Completes the delays that have run out, and publishes the change if there is one.</summary>
    public void Elapse(long at, ChangeSink sink)
    {
        machine.Elapse(at, Rule.OnDelayTicks, Rule.OffDelayTicks);
        PublishChange(at, sink);
    }

    /// <summary>Goes on from where the same condition of an earlier rule set was. Delays are kept only if the rule is the same.</summary>
    public void Adopt(Condition before)
    {
        AdoptLevel(before);
        if (HasSameRule(before))
            machine = before.machine;
    }

    /// <summary>Takes over the level of a condition that was found another way, and none of its delays.</summary>
    public void AdoptLevel(Condition before)
    {
        Level = before.Level;
        ChangedAt = before.ChangedAt;
        Value = before.Value;
        machine.AdoptLevels(before.machine);
    }

    public void WriteState(SnapshotWriter writer)
    {
        writer.Byte((byte)Level);
        writer.Int64(ChangedAt);
        writer.Double(Value);
        writer.Int64(Due);
        writer.Byte(machine.OnBits);
        writer.Int64(machine.Onset);
        for (int level = 1; level <= 4; level++)
            writer.Int64(machine.PendingSince(level));
    }

    public void ReadState(ref SnapshotReader reader)
    {
        Level = (Level)Math.Min(reader.Byte(), (byte)Level.Red);
        ChangedAt = reader.Int64();
        Value = reader.Double();
        Due = reader.Int64();
        byte on = reader.Byte();
        long onset = reader.Int64();
        Span<long> pending = [reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64()];
        machine.Restore(on, onset, pending);
    }

    /// <summary>The clock was set: changes may be dated before the last one, and delays start again.</summary>
    public void RestartFrame()
    {
        ChangedAt = Never;
        machine.CancelPending();
    }

    /// <summary>True when the same text of a rule watches the same thing with the same limits.</summary>
    public bool HasSameRule(Condition before) =>
        Rule.Hash == before.Rule.Hash && Scope.Limits == before.Scope.Limits && Scope.Unit == before.Scope.Unit;

    private void PublishChange(long at, ChangeSink sink)
    {
        var level = machine.Level;
        if (level == Level)
            return;
        // A reading may be older than a timer that has fired already (the clock had run ahead of it). What was said stays said;
        // what follows is not dated before it.
        at = Math.Max(at, ChangedAt);
        var from = Level;
        (Level, ChangedAt) = (level, at);
        Gap?.OnChange(from, at);
        if (Listener is not null)
        {
            Listener.OnChange(this, at, sink);
            return;
        }
        sink.Output.Add(new(
            Scope, from, level, machine.Onset, at, Value, place?.Fix.X ?? double.NaN, place?.Fix.Y ?? double.NaN,
            IsRetrospective: at < sink.FreshnessTime - Rule.FreshnessTicks, sink.LogTime)
        {
            LimitsInForce = Evaluator.LimitsInForce,
            Evidence = Evaluator.Evidence,
        });
    }
}
