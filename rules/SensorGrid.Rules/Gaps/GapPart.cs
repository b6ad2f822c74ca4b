using System.Buffers;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Gaps;

/// <summary>What one condition was before a gap, and what was said of it in the gap by the readings that came in time.</summary>
internal sealed class GapPart
{
    // More than a few only where windows come and go by timers: then the newest are taken for one.
    private const int MostSaid = 16;
    private const int BytesOfSpan = 17;

    private readonly List<LiveSpan> said = [];

    private GapPart(Condition condition, byte[] state) => (Condition, State) = (condition, state);

    /// <summary>The condition as the rules in force have it.</summary>
    public Condition Condition { get; set; }

    /// <summary>Condition and evaluator, as far as the gap has been judged: see <see cref="Twin"/>.</summary>
    public byte[] State { get; set; }

    /// <summary>When the condition is said to have held in the gap.</summary>
    public IReadOnlyList<LiveSpan> Said => said;

    /// <summary>The level that the reading after the gap left it at.</summary>
    public Level After { get; private set; }

    /// <summary>What has been found and is not over by the readings judged so far; empty for nothing.</summary>
    public List<ConditionChange> Open { get; set; } = [];

    /// <summary>Keeps a condition as it is now.</summary>
    /// <param name="condition">Which.</param>
    /// <param name="buffer">Where its state is written first.</param>
    public static GapPart Of(Condition condition, ArrayBufferWriter<byte> buffer) => new(condition, Twin.StateOf(condition.Evaluator, buffer));

    /// <summary>While the gap lasts the condition went from a level to another.</summary>
    public void OnChange(Level from, long at)
    {
        if (from != Level.None)
            Say(new(from, Condition.Onset, at));
    }

    /// <summary>The reading after the gap has been evaluated.</summary>
    public void End(long until)
    {
        After = Condition.Level;
        if (After != Level.None && Condition.Onset < until)
            Say(new(After, Condition.Onset, until));
    }

    /// <summary>It is said to have held for some time.</summary>
    public void Say(LiveSpan span)
    {
        if (said.Count > 0 && (said.Count == MostSaid || said[^1].Between(span.From, span.Until) != Level.None))
            said[^1] = said[^1].With(span);
        else
            said.Add(span);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Text(Condition.Scope.Rule.Id);
        writer.Text(Condition.Scope.Key);
        writer.Bytes(State);
        writer.Int32(said.Count);
        foreach (var (high, from, until) in said)
        {
            writer.Byte((byte)high);
            writer.Int64(from);
            writer.Int64(until);
        }
        writer.Byte((byte)After);
        writer.Int32(Open.Count);
        foreach (var change in Open)
            PastChange.Write(writer, change);
    }

    /// <returns>Null when no rule in force has such a condition.</returns>
    public static GapPart? Read(ref SnapshotReader reader, Func<string, string, Condition?> find)
    {
        var (rule, key) = (reader.Text(), reader.Text());
        byte[] state = reader.Bytes().ToArray();
        var said = new LiveSpan[reader.Count(BytesOfSpan)];
        for (int i = 0; i < said.Length; i++)
            said[i] = new((Level)reader.Byte(), reader.Int64(), reader.Int64());
        var after = (Level)reader.Byte();
        int count = reader.Count(PastChange.LeastBytes);
        if (find(rule, key) is not { } condition)
            return null;
        var part = new GapPart(condition, state) { After = after };
        part.said.AddRange(said);
        for (int i = 0; i < count; i++)
            part.Open.Add(PastChange.Read(ref reader, condition.Scope));
        return part;
    }
}
