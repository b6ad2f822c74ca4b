using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Votes;

/// <summary>Counts how many of the conditions it listens to hold, each with its own delays on its own datastream's clock. It has no delays itself: that a yes
/// counts for a while after it has ended is the off-delay of that yes. So it is asked only when one of them changes, and reading by reading costs nothing.</summary>
internal sealed class VoteEvaluator : IGroupEvaluator, IChangeListener
{
    private readonly Condition only;
    private readonly LimitTable votes;
    private readonly (Condition Evidence, Level At, int Voter)[] members;

    /// <param name="scope">The rule and the group.</param>
    /// <param name="clock">A clock of the group's own.</param>
    /// <param name="members">Who is listened to, from which level on that is a yes, and whose vote it is; in order of voters.</param>
    public VoteEvaluator(ConditionScope scope, GroupClock clock, (Condition Evidence, Level At, int Voter)[] members)
    {
        GroupClock = clock;
        this.members = members;
        votes = new(scope.Limits, LimitDirection.Above, clearMargin: 0);
        only = new(scope, votes.Levels, clock.Clock, this);
        foreach (var member in members)
            member.Evidence.Listener = this;
    }

    public GroupClock GroupClock { get; }

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnChange(Condition evidence, long at, ChangeSink sink)
    {
        GroupClock.MoveOnTo(at, sink.LogTime);
        Judge(at, sink);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        condition.Due = long.MaxValue;
        Judge(at, sink);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void Adopt(IEvaluator before)
    {
        if (before is not VoteEvaluator same)
            return;
        only.Adopt(same.only);
        GroupClock.Adopt(same.GroupClock);
    }

    public void JudgeAgain()
    {
        // Who votes, and how many it takes, may be different now. Before its clock has started, nobody has said anything.
        if (GroupClock.Clock.HasStarted)
            only.Due = GroupClock.Clock.Now;
    }

    public void WriteState(SnapshotWriter writer) => GroupClock.WriteTo(writer);

    public void ReadState(ref SnapshotReader reader) => GroupClock.ReadFrom(ref reader);

    public IReadOnlyList<GroupPoint> Points() =>
    [
        .. members.Select(member => new GroupPoint(GroupPoint.NameOf(member.Evidence.Scope), 1, member.Evidence.Level >= member.At ? 1 : 0, member.Evidence.ChangedAt)),
    ];

    private void Judge(long at, ChangeSink sink)
    {
        int count = 0, counted = -1;
        foreach (var (evidence, from, voter) in members)
        {
            if (voter == counted || evidence.Level < from)
                continue;
            counted = voter;
            count++;
        }
        only.Value = count;
        var level = votes.RaisedBy(count);
        only.Apply(at, level, level, sink);
    }
}
