using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Testing;

namespace SensorGrid.Alarms.Tests;

/// <summary>Rules that begin or cease to roll silences up while alarms stand: an alarm that should stand is the same alarm after as before.</summary>
public sealed class RollUpChangeTests
{
    private const string Alone = """
        rules:
          - { id: d, type: deadman, domain: water, title: T, scope: { quantity: level }, silence: 30s, level: red }
        """;

    private const string Rolled = """
        rules:
          - { id: d, type: deadman, domain: water, title: T, scope: { quantity: level }, silence: 30s, level: red, roll-up: { by: gateway, share: 0.75, wait: 5s, level: orange } }
        """;

    private const string Catalogue = """
        domains: [{ id: water, name: Water }]
        gateways: [{ id: gw, domain: water }]
        datastreams:
          - { gateway: gw, name: a, quantity: level }
          - { gateway: gw, name: b, quantity: level }
          - { gateway: gw, name: c, quantity: level }
          - { gateway: gw, name: d, quantity: level }
        """;

    private readonly DatastreamTable table = new();
    private readonly List<AlarmTransition> transitions = [];
    private AlarmEvaluation evaluation;
    private long sequence;
    private double now;

    public RollUpChangeTests() => evaluation = new(table);

    private IEnumerable<string> Steps => transitions.Select(transition => FormattableString.Invariant(
        $"{(double)(transition.AtTicks - Some.Ticks) / TimeSpan.TicksPerSecond} {AlarmTransition.NameOf(transition.Kind)} {transition.Alarm.Scope} {transition.Alarm.Level}"));

    private void Begin(string rules)
    {
        Command(AlarmCommands.ActivateCatalogue, Catalogue);
        Activate(rules);
    }

    private void Activate(string rules) => Command(AlarmCommands.ActivateRules, rules);

    private void Command(string type, string yaml) =>
        evaluation.OnCommand(++sequence, Some.TicksAfter(now), type, "", new SensorGrid.Readings.Catalogue.SourceBundle([new("file.yaml", yaml)]).ToBytes(), transitions);

    private void Acknowledge(string alarm) =>
        evaluation.OnCommand(++sequence, Some.TicksAfter(now), AlarmCommands.AcknowledgeAlarm, "li", AlarmCommands.Acknowledge(alarm, null), transitions);

    private void Heard(double at, params string[] names)
    {
        now = at;
        foreach (string name in names)
        {
            Assert.True(table.TryIntern(new("gw", name), out var index));
            evaluation.OnPayload(++sequence, Some.TicksAfter(at), "gw", [Some.Reading(index.Value, 1, at)], transitions);
        }
    }

    private void Tick(double at)
    {
        now = at;
        evaluation.OnTick(++sequence, Some.TicksAfter(at), transitions);
    }

    private void Restart()
    {
        var written = new ArrayBufferWriter<byte>();
        evaluation.WriteSnapshot(written);
        evaluation = new(table);
        Assert.True(evaluation.TryRestore(written.WrittenSpan));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_silence_that_was_told_by_itself_stands_when_the_rule_begins_to_roll_up(bool restarts)
    {
        Begin(Alone);
        Heard(0, "a", "b", "c", "d");
        Heard(20, "b", "c", "d");
        Tick(31);
        Acknowledge(transitions[0].Alarm.Id);
        Activate(Rolled);
        if (restarts)
            Restart();
        Heard(40, "b", "c", "d");
        Assert.Equal(["30 raised gw/a Red", "31 acknowledged gw/a Red"], Steps);
        Assert.True(Assert.Single(evaluation.Alarms.Alarms).Acknowledged);
        Heard(50, "a");
        Assert.Equal("50 cleared gw/a Red", Steps.Last());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Enough_that_were_told_one_by_one_are_a_group_with_the_next_record(bool restarts)
    {
        Begin(Alone);
        Heard(0, "a", "b", "c", "d");
        Heard(20, "d");
        Tick(31);
        foreach (var alarm in evaluation.Alarms.Alarms)
            Acknowledge(alarm.Id);
        int before = transitions.Count;
        Activate(Rolled);
        if (restarts)
            Restart();
        Assert.Equal(before, transitions.Count);
        Tick(32);
        Assert.Equal(["31 raised gw/* Orange", "31 cleared gw/a Red", "31 cleared gw/b Red", "31 cleared gw/c Red"], Steps.Skip(before));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_silence_that_the_groups_alarm_stood_for_is_told_when_the_rule_ceases_to_roll_up(bool restarts)
    {
        Begin(Rolled);
        Heard(0, "a", "b", "c", "d");
        Heard(20, "b", "c", "d");
        Tick(36);
        string id = transitions[0].Alarm.Id;
        Heard(40, "d");
        Tick(51);
        Assert.Equal(["35 raised gw/a Red", "50 raised gw/* Orange", "50 returned gw/a Red"], Steps);
        Activate(Alone);
        if (restarts)
            Restart();
        Tick(52);
        Assert.Equal(["51 cleared gw/* Orange", "50 continued gw/a Red", "50 raised gw/b Red", "50 raised gw/c Red"], Steps.Skip(3));
        Assert.Equal(id, transitions[4].Alarm.Id);
        Assert.All(transitions.Skip(5), transition => Assert.Equal(Some.TicksAfter(20), transition.Alarm.OnsetAtTicks));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_silence_that_is_awaited_is_awaited_from_the_same_sign_of_life(bool restarts)
    {
        Begin(Alone);
        Heard(0, "a", "b", "c", "d");
        Heard(10, "b", "c", "d");
        Tick(29);
        Activate(Rolled);
        if (restarts)
            Restart();
        Tick(34.5);
        Activate(Alone);
        if (restarts)
            Restart();
        Tick(35);
        Assert.Equal(["30 raised gw/a Red"], Steps);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    /// <summary>Readings that come and stay away by chance; the rule is changed to the other form, and back, at each record in turn. From the change on an alarm that
    /// stood may go only when its member is heard, or the group's alarm stands.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_should_stand_stands_at_whatever_record_the_rule_is_changed(int seed)
    {
        const int Records = 60;
        int stood = 0;
        for (int changeAt = 0; changeAt < Records; changeAt++)
        {
            foreach (bool begins in new[] { true, false })
                stood += new RollUpChangeTests().PlayAndWatch(seed, Records, changeAt, begins ? Alone : Rolled, begins ? Rolled : Alone);
        }
        Assert.True(stood > 100, $"only {stood} alarms stood at a change (seed {seed})");
    }

    private int PlayAndWatch(int seed, int records, int changeAt, string first, string second)
    {
        var random = new Random(seed);
        Begin(first);
        Heard(0, "a", "b", "c", "d");
        int stood = 0;
        // Those whose alarm stands (not latched only), by member, as it was before the change.
        Dictionary<string, Alarm> standing = [];
        for (int record = 0; record < records; record++)
        {
            double at = now + (record % 3 == 0 ? 9 : 4);
            string name = random.Next(8) switch { 0 => "a", 1 => "b", 2 or 3 => "c", 4 => "d", _ => "" };
            int acknowledged = random.Next(3);
            if (record == changeAt || record == changeAt + 5)
            {
                Tick(now);
                standing = evaluation.Alarms.Alarms.Where(alarm => alarm is { Active: true, ReturnedAtTicks: null } && alarm.Scope != "gw/*").ToDictionary(alarm => alarm.Scope);
                stood += standing.Count;
                int before = transitions.Count;
                Activate(record == changeAt ? second : first);
                Assert.DoesNotContain(transitions.Skip(before), transition => transition.Alarm.Scope != "gw/*");
            }
            if (name.Length > 0)
                Heard(at, name);
            else
                Tick(at);
            standing.Remove($"gw/{name}");
            if (acknowledged == 0 && evaluation.Alarms.Alarms.FirstOrDefault(alarm => alarm.Active && !alarm.Acknowledged) is { } unseen)
            {
                Acknowledge(unseen.Id);
                if (standing.TryGetValue(unseen.Scope, out var seen) && seen.Id == unseen.Id)
                    standing[unseen.Scope] = evaluation.Alarms.Find(unseen.Id) ?? seen;
            }
            // After the acknowledgement, which lets happen what was due at its moment.
            if (evaluation.Alarms.Alarms.Any(alarm => alarm.Active && alarm.Scope == "gw/*"))
                standing.Clear();
            foreach (var (scope, was) in standing)
            {
                var alarm = evaluation.Alarms.Find(was.Id);
                Assert.True(alarm is { Active: true }, $"{scope} went (seed {seed}, change at record {changeAt}, record {record}): {string.Join("; ", Steps)}");
                Assert.Equal((was.OnsetAtTicks, was.Level, was.Acknowledged, was.Revision), (alarm!.OnsetAtTicks, alarm.Level, alarm.Acknowledged, alarm.Revision));
            }
        }
        return stood;
    }
}
