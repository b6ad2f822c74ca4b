using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Silence;

/// <summary>Stands between the silences of a group's members and those who are told of them.
/// <code>
/// member        | silent for the rule's time            | counts for the group
/// member        | silent for that and the wait          | told, unless the group is up
/// group         | enough members silent                 | up: told once; what was told of its members ends
/// group         | fewer, for the wait                   | ends; members still silent are told
/// </code>
/// A member's alarm is dated from its newest reading, whichever way it comes to be told. The wait begins when it is found that fewer are silent, and
/// the group's clock goes by that finding until the wait is over: members with other clocks do not shorten it.</summary>
internal sealed class RollUpEvaluator : IGroupEvaluator, IChangeListener
{
    private readonly Condition[] conditions;
    private readonly Member[] members;
    // Of a member's silence twice its number; of its long silence one more.
    private readonly Dictionary<Condition, int> numbers = new(ReferenceEqualityComparer.Instance);
    private readonly RollUp rollUp;
    private readonly Level memberLevel;
    private readonly bool[] isHeard;
    // Only while rules change.
    private Dictionary<string, int>? membersByKey;
    private int heard;
    private int silent;
    // False when what the members are was taken over from elsewhere.
    private bool isCounted;
    // Rules or catalogue have changed: who is told of may be different though nobody's silence is.
    private bool isToTell;

    /// <summary>A member.</summary>
    /// <param name="Silent">Silent for long enough to count.</param>
    /// <param name="Unheard">Silent for long enough to be told of by itself.</param>
    public readonly record struct Member(Condition Silent, Condition Unheard);

    /// <param name="scopes">The group's, and then each member's.</param>
    /// <param name="clock">The group's clock.</param>
    /// <param name="members">The members, in the order of their scopes.</param>
    public RollUpEvaluator(IReadOnlyList<ConditionScope> scopes, GroupClock clock, Member[] members)
    {
        var rule = (DeadmanRule)scopes[0].Rule;
        rollUp = rule.RollUp!;
        memberLevel = rule.Level;
        GroupClock = clock;
        this.members = members;
        isHeard = new bool[members.Length];
        conditions = [.. scopes.Select((scope, number) => new Condition(scope, Bit(number == 0 ? rollUp.Level : memberLevel), clock.Clock, this))];
        for (int number = 0; number < members.Length; number++)
        {
            members[number].Silent.Listener = this;
            members[number].Unheard.Listener = this;
            numbers.Add(members[number].Silent, 2 * number);
            numbers.Add(members[number].Unheard, (2 * number) + 1);
        }
    }

    public GroupClock GroupClock { get; }

    public ReadOnlySpan<Condition> Conditions => conditions;

    private Condition Group => conditions[0];

    private bool IsUp => Group.Level != Level.None;

    public void OnChange(Condition evidence, long at, ChangeSink sink)
    {
        int number = numbers[evidence];
        bool isLong = (number & 1) != 0;
        int more = isLong ? 0 : evidence.Level == Level.None ? -1 : 1;
        // What is over first is judged without this change.
        if (!isCounted)
        {
            Count();
            silent -= more;
        }
        ReachTime(at, sink);
        silent += more;
        if (isLong)
            Tell(number / 2, at, sink);
        else
            Judge(at, sink);
    }

    public void OnAwake(Condition evidence, long at, ChangeSink sink)
    {
        int member = numbers[evidence] / 2;
        // Those that are not counted yet are when they are judged.
        if (isCounted && !isHeard[member])
        {
            isHeard[member] = true;
            heard++;
        }
        // There may be one more of which a share must be silent.
        if (!IsUp)
            return;
        ReachTime(at, sink);
        Judge(at, sink);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        bool wasUp = IsUp;
        Group.Elapse(at, sink);
        if (IsUp != wasUp)
            TellAll(at, sink);
        Judge(at, sink);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void Adopt(IEvaluator before)
    {
        if (before is DeadmanEvaluator alone)
            AdoptAlone(alone);
        if (before is not RollUpEvaluator same)
            return;
        GroupClock.Adopt(same.GroupClock);
        var old = same.conditions.ToDictionary(condition => condition.Scope.Key);
        foreach (var condition in conditions)
        {
            if (old.TryGetValue(condition.Scope.Key, out var known))
                condition.Adopt(known);
        }
    }

    /// <summary>Gives what was told of a member to who tells it by itself from now on.</summary>
    public void HandOver(DeadmanEvaluator alone)
    {
        if (NumberOf(alone) is { } number)
            alone.AdoptSilence(members[number].Unheard, conditions[number + 1]);
    }

    public void JudgeAgain()
    {
        (isCounted, membersByKey) = (false, null);
        // Silences that were told one by one are a group from now on.
        if (!GroupClock.Clock.HasStarted && members.Max(member => member.Silent.Level == Level.None ? null : (long?)member.Silent.Clock.Now) is { } now)
            GroupClock.Clock.MoveTo(now, isAhead: false);
        if (!GroupClock.Clock.HasStarted)
            return;
        isToTell = true;
        Group.Due = GroupClock.Clock.Now;
    }

    public void WriteState(SnapshotWriter writer)
    {
        GroupClock.WriteTo(writer);
        writer.Byte(isToTell ? (byte)1 : (byte)0);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        GroupClock.ReadFrom(ref reader);
        isToTell = reader.Byte() != 0;
        isCounted = false;
    }

    public IReadOnlyList<GroupPoint> Points() =>
    [
        .. members.Select(member => member.Silent).Select(member => new GroupPoint(
            GroupPoint.NameOf(member.Scope), 1, member.Level != Level.None ? 1 : member.Clock.HasStarted ? 0 : double.NaN, member.Clock.LastObserved)),
    ];

    private void AdoptAlone(DeadmanEvaluator alone)
    {
        if (NumberOf(alone) is not { } number)
            return;
        conditions[number + 1].AdoptLevel(alone.Conditions[0]);
        ((DeadmanEvaluator)members[number].Silent.Evaluator).AdoptSilence(alone);
        ((DeadmanEvaluator)members[number].Unheard.Evaluator).AdoptSilence(alone);
    }

    private int? NumberOf(DeadmanEvaluator alone)
    {
        membersByKey ??= Enumerable.Range(0, members.Length).ToDictionary(number => conditions[number + 1].Scope.Key, StringComparer.Ordinal);
        return membersByKey.TryGetValue(alone.Conditions[0].Scope.Key, out int number) ? number : null;
    }

    private static byte Bit(Level level) => (byte)(1 << ((int)level - 1));

    // A wait that is over before something else happens is over first.
    private void ReachTime(long at, ChangeSink sink)
    {
        if (Group.Due <= at)
            OnTimer(Group, Group.Due, sink);
        if (Group.NextDelayDue == long.MaxValue)
            GroupClock.MoveTo(at, sink.LogTime);
    }

    private void Judge(long at, ChangeSink sink)
    {
        if (!isCounted)
            Count();
        // In decimals: three of five are 0.6 of them.
        bool isEnough = silent >= rollUp.Least && silent >= (decimal)rollUp.Share * heard;
        bool wasUp = IsUp;
        var level = isEnough ? rollUp.Level : Level.None;
        Group.Value = silent;
        Group.Apply(at, level, level, sink);
        Group.Due = Group.NextDelayDue;
        if (IsUp != wasUp || isToTell)
            TellAll(at, sink);
        isToTell = false;
        if (Group.Due != long.MaxValue)
            sink.Schedule(Group);
    }

    private void Count()
    {
        (silent, heard, isCounted) = (0, 0, true);
        for (int number = 0; number < members.Length; number++)
        {
            var member = members[number].Silent;
            isHeard[number] = member.Clock.HasStarted;
            silent += member.Level == Level.None ? 0 : 1;
            heard += isHeard[number] ? 1 : 0;
        }
    }

    private void TellAll(long at, ChangeSink sink)
    {
        for (int member = 0; member < members.Length; member++)
            Tell(member, at, sink);
    }

    private void Tell(int member, long at, ChangeSink sink)
    {
        var (told, unheard) = (conditions[member + 1], members[member].Unheard);
        var level = IsUp || unheard.Level == Level.None ? Level.None : memberLevel;
        if (level != Level.None)
            told.Arm(unheard.Onset, level);
        told.Apply(at, level, level, sink);
    }
}
