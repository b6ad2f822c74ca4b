using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Gaps;

/// <summary>
/// Makes of what a <see cref="Twin"/> found what is to be said: from where a level was reached to where it was left, each whole.
/// <code>
/// found                                        │ said
/// nothing was said of that time                │ all of it
/// the condition was said to hold meanwhile     │ what is higher than was said; nothing when nothing is
/// it held before the first reading judged      │ likewise: that is the alarm of then
/// it holds at the reading after the gap,       │ it ends there
///   and by that reading does not               │
/// it holds there by both                       │ it is the alarm of that reading: what is higher than that one
/// </code>
/// </summary>
internal sealed class PastEpisodes
{
    /// <summary>Most changes of one episode. Further ones are left out unless they are higher than all before, or its end.</summary>
    public const int MostChanges = 64;

    private readonly List<ConditionChange> output;
    private readonly List<LiveSpan> said = [];
    private readonly List<LiveSpan> spans = [];
    // Of the episode that is not over.
    private List<ConditionChange> open;
    private Level floor;
    private Level peak;

    /// <param name="open">What was found earlier and is not over.</param>
    /// <param name="level">The level held true before what follows.</param>
    /// <param name="output">Gets what is to be said.</param>
    public PastEpisodes(List<ConditionChange> open, Level level, List<ConditionChange> output)
    {
        (this.open, this.output, Level) = (open, output, level);
        foreach (var change in open)
            peak = Higher(peak, change.To);
        floor = open.Count == 0 ? level : open[0].From;
        peak = Higher(peak, level);
    }

    /// <summary>What is not over, and not to be said yet.</summary>
    public List<ConditionChange> Open => open;

    /// <summary>The level held true so far.</summary>
    public Level Level { get; private set; }

    /// <summary>When each held that is over or was ended: of that time nothing is to be said again.</summary>
    public IReadOnlyList<LiveSpan> Spans => spans;

    /// <summary>How many were said.</summary>
    public int Count { get; private set; }

    /// <summary>Takes what was said of some of the time already. Before the changes of that time.</summary>
    public void Know(IEnumerable<LiveSpan> spans) => said.AddRange(spans);

    /// <summary>Takes the next change.</summary>
    public void Take(in ConditionChange change)
    {
        if (Level == Level.None)
            (open, floor, peak) = ([], Level.None, Level.None);
        Level = change.To;
        if (open.Count < MostChanges || change.To > peak || change.To == Level.None)
            open.Add(change);
        peak = Higher(peak, change.To);
        if (change.To == Level.None)
            Say(long.MinValue, Level.None);
    }

    /// <summary>The reading after the gap has been judged: from there on it goes by the readings that came in time.</summary>
    /// <param name="at">Its event time.</param>
    /// <param name="after">The level that it left the condition at.</param>
    public void EndAt(long at, Level after)
    {
        if (Level != Level.None)
            Say(at, after);
    }

    private void Say(long endsAt, Level after)
    {
        long end = Level == Level.None ? open[^1].AtTicks : endsAt;
        long onset = floor == Level.None ? open[0].OnsetTicks : long.MinValue;
        spans.Add(new(peak, onset, end));
        var above = Higher(floor, after);
        foreach (var span in said)
            above = Higher(above, span.Between(onset, end));
        var level = Level.None;
        long began = 0;
        ConditionChange last = default;
        foreach (var change in open)
        {
            last = change;
            var to = change.To > above ? change.To : Level.None;
            if (to == level)
                continue;
            if (level == Level.None)
            {
                began = above == Level.None ? change.OnsetTicks : change.AtTicks;
                Count++;
            }
            output.Add(change with { From = level, To = to, OnsetTicks = began });
            level = to;
        }
        if (level != Level.None)
            output.Add(last with { From = level, To = Level.None, OnsetTicks = began, AtTicks = end });
        open = [];
    }

    private static Level Higher(Level left, Level right) => left > right ? left : right;
}
