using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Silence;

public sealed class RollUpEvaluatorTests
{
    private const string City = """
        domains: [{ id: water, name: Water }]
        gateways: [{ id: gw, domain: water }, { id: lone, domain: water }]
        datastreams:
          - { gateway: gw, name: a, quantity: level }
          - { gateway: gw, name: b, quantity: level }
          - { gateway: gw, name: c, quantity: level }
          - { gateway: gw, name: d, quantity: level }
          - { gateway: lone, name: a, quantity: level }
        """;

    private static Rig Rig(string rollUp = "by: gateway, share: 0.75, wait: 5s, level: orange", string city = City) => new(Support.Rig.Rules(Rule(rollUp)), city);

    private static string Rule(string rollUp) =>
        $"{{ id: d, type: deadman, domain: water, title: T, scope: {{ quantity: level }}, silence: 30s, level: yellow, roll-up: {{ {rollUp} }} }}";

    private static Rig Heard(Rig rig, double at, params string[] names)
    {
        foreach (string name in names)
            rig.Read($"gw/{name}", at, 1);
        return rig;
    }

    private static Rig Restored(Rig rig, Rig after)
    {
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        Assert.True(after.Engine.TryRestore(written.WrittenSpan));
        return after;
    }

    [Fact]
    public void A_gateway_that_dies_is_one_alarm_and_its_datastreams_are_none() =>
        Assert.Equal(
            ["30 d gw/* none>orange onset=30"],
            Heard(Rig(), 0, "a", "b", "c", "d").Tick(60).Lines);

    [Fact]
    public void One_silent_datastream_is_told_after_the_wait_dated_from_its_newest_reading()
    {
        var rig = Heard(Heard(Rig(), 0, "a", "b", "c", "d"), 20, "b", "c", "d").Tick(34).Tick(35);
        Assert.Equal(["35 d gw/a none>yellow onset=0"], rig.Lines);
        Assert.Equal("40 d gw/a yellow>none onset=0", Heard(rig, 40, "a").Lines[^1]);
    }

    [Fact]
    public void What_was_told_before_the_group_is_up_ends_with_it_and_is_back_after_it() =>
        Assert.Equal(
            [
                "35 d gw/a none>yellow onset=0", "50 d gw/* none>orange onset=50", "50 d gw/a yellow>none onset=0",
                "65 d gw/* orange>none onset=50", "65 d gw/a none>yellow onset=0",
            ],
            Heard(Heard(Heard(Rig(), 0, "a", "b", "c", "d"), 20, "b", "c", "d").Tick(55), 60, "b", "c", "d").Tick(70).Lines);

    [Fact]
    public void All_that_come_back_within_the_wait_are_never_told_of() =>
        Assert.Equal(
            ["30 d gw/* none>orange onset=30", "65 d gw/* orange>none onset=30"],
            Heard(Heard(Heard(Rig(), 0, "a", "b", "c", "d").Tick(59), 60, "a", "b"), 63, "c", "d").Tick(70).Lines);

    [Fact]
    public void Members_never_heard_do_not_count() =>
        Assert.Equal(["30 d gw/* none>orange onset=30"], Heard(Rig(), 0, "a", "b", "c").Tick(60).Lines);

    [Fact]
    public void A_group_too_small_is_told_one_by_one_and_without_a_wait() =>
        Assert.Equal(["30 d lone/a none>yellow onset=0"], Rig().Read("lone/a", 0, 1).Tick(60).Lines);

    [Fact]
    public void Gateways_can_be_rolled_up_too() =>
        Assert.Equal(
            ["30 d all/* none>red onset=30"],
            new Rig(Support.Rig.Rules(Rule("by: all, share: 1, least: 2, level: red").Replace("level: yellow,", "level: yellow, of: gateway,", StringComparison.Ordinal)), City)
                .Read("gw/a", 0, 1).Read("lone/a", 0, 1).Tick(100).Lines);

    [Fact]
    public void One_more_that_is_heard_for_the_first_time_may_end_it() =>
        Assert.Equal(
            ["30 d gw/* none>orange onset=30", "45 d gw/* orange>none onset=30", "45 d gw/a none>yellow onset=0", "45 d gw/b none>yellow onset=0", "45 d gw/c none>yellow onset=0"],
            Heard(Heard(Rig("by: gateway, share: 0.8, wait: 5s, level: orange"), 0, "a", "b", "c").Tick(39), 40, "d").Tick(50).Lines);

    [Fact]
    public void The_wait_begins_when_it_is_found_that_fewer_are_silent_whatever_their_clocks_show()
    {
        var rig = Heard(Rig(), 0, "a", "b", "c", "d").Tick(59);
        // Its clock is far behind that of the others, and so is the end.
        rig.Read("gw/b", 60, 1).Read("gw/a", 33, 1, received: 60).Tick(64.9999999);
        Assert.Equal(["30 d gw/* none>orange onset=30"], rig.Lines);
        Assert.Equal("38 d gw/* orange>none onset=30", rig.Tick(65).Lines[1]);
    }

    [Fact]
    public void A_wait_that_event_time_has_passed_is_over_though_all_of_it_arrives_at_once()
    {
        var rig = Heard(Rig(), 0, "a", "b", "c", "d").Tick(59);
        rig.Read("gw/a", 60, 1, received: 100).Read("gw/b", 61, 1, received: 100).Read("gw/c", 80, 1, received: 100);
        Assert.Equal(["30 d gw/* none>orange onset=30", "66 d gw/* orange>none onset=30"], rig.Lines.Take(2));
    }

    [Fact]
    public void What_was_missed_of_a_group_that_was_never_told_of_is_part_of_the_snapshot()
    {
        // Awaited from 1000 to 1030: until then no wait of the group goes on, with a restart or without.
        var rig = Heard(Quick().Tick(0).Start(1000), 1001, "a", "b", "c", "d");
        foreach (var one in new[] { rig, Restored(rig, Quick()) })
        {
            one.Tick(1005);
            for (int at = 1010; at <= 1034; at += 3)
                Heard(one, at, "a", "b");
            Assert.Equal(["1005 d gw/* none>orange onset=1005"], one.Tick(1034.9999999).Lines);
            Assert.Equal("1015 d gw/* orange>none onset=1005", one.Tick(1035).Lines[1]);
        }

        static Rig Quick() => new(Support.Rig.Rules(Rule("by: gateway, share: 0.75, wait: 5s, level: orange").Replace("silence: 30s", "silence: 4s", StringComparison.Ordinal)), City);
    }

    [Fact]
    public void The_members_of_a_group_are_those_of_one_network()
    {
        const string Rivers = """
            domains: [{ id: water, name: Water }]
            stations:
              - { id: mouth, kind: river, name: M, domain: water }
              - { id: hill, kind: river, name: H, domain: water }
              - { id: fork, kind: river, name: F, domain: water }
              - { id: other, kind: river, name: O, domain: water }
              - { id: lone, kind: river, name: L, domain: water }
            gateways: [{ id: g, domain: water }]
            datastreams:
              - { gateway: g, name: m, station: mouth, quantity: level }
              - { gateway: g, name: h, station: hill, quantity: level }
              - { gateway: g, name: f, station: fork, quantity: level }
              - { gateway: g, name: o, station: other, quantity: level }
              - { gateway: g, name: l, station: lone, quantity: level }
            relations: [{ kind: upstream, from: hill, to: mouth }, { kind: upstream, from: fork, to: mouth }, { kind: upstream, from: other, to: lone }]
            """;
        var rig = Rig("by: network, share: 1, level: orange, wait: 1s, least: 2", Rivers);
        foreach (string name in new[] { "m", "h", "f", "o", "l" })
            rig.Read($"g/{name}", 0, 1);
        Assert.Equal(["30 d lone/* none>orange onset=30", "30 d mouth/* none>orange onset=30"], rig.Tick(60).Lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("share: 0.5", "'roll-up' needs 'by'")]
    [InlineData("by: gateway, share: 0", "'share' of 'roll-up' is more than 0 and at most 1: 0.5 is half of the members")]
    [InlineData("by: gateway, wait: 0s", "'wait' must be longer than nothing")]
    [InlineData("by: gateway, least: 1", "'least' of 'roll-up' is a whole number from 2 to 1000000")]
    [InlineData("by: gateway, shar: 1", "'roll-up' has no key 'shar'; did you mean 'share'?")]
    [InlineData("by: station", "rule 'd' rolls nothing up: no group has the 3 members it takes")]
    public void Says_what_is_wrong(string rollUp, string expected)
    {
        var (_, messages) = RuleSetReader.Read(new([new("r.yaml", Support.Rig.Rules(Rule(rollUp)))]), Support.Rig.ReadCatalogue(City));
        Assert.Contains(messages, message => message.Text == expected && message.Line == 2);
    }

    private const string Standard = "by: gateway, share: 0.75, wait: 5s, level: orange";

    private static List<string> Play(bool restarts)
    {
        var rig = Heard(Rig(Standard), 0, "a", "b", "c", "d");
        void Then(Rig now)
        {
            if (restarts)
                now.Restart(Support.Rig.Rules(Rule(Standard)), City);
        }
        Then(rig);
        foreach (var (at, names) in new (double, string[])[]
        {
            (20, ["b", "c", "d"]), (34, []), (36, []), (49, []), (51, []), (60, ["b"]), (61, ["c"]), (65, []), (67, ["d"]), (69, []), (72, ["a"]), (90, []), (96, ["a"]), (103, []), (120, []),
        })
            Then(names.Length == 0 ? rig.Tick(at) : Heard(rig, at, names));
        return [.. rig.Lines];
    }

    [Fact]
    public void It_goes_on_though_the_service_restarts_at_every_record()
    {
        var undisturbed = Play(restarts: false);
        Assert.Equal(
            [
                "35 d gw/a none>yellow onset=0", "50 d gw/* none>orange onset=50", "50 d gw/a yellow>none onset=0", "66 d gw/* orange>none onset=50",
                "66 d gw/a none>yellow onset=0", "66 d gw/d none>yellow onset=20",
            ],
            undisturbed.Take(6));
        Assert.True(undisturbed.Count > 6);
        Assert.Equal(undisturbed, Play(restarts: true));
    }

    [Theory]
    [InlineData("by: gateway, share: 0.5, least: 2", 2, true)]
    [InlineData("by: gateway, share: 0.5, least: 3", 2, false)]
    [InlineData("by: gateway, share: 0.5, least: 3", 3, true)]
    [InlineData("by: gateway, share: 0.51, least: 2", 2, false)]
    [InlineData("by: gateway, share: 0.25, least: 2", 2, true)]
    [InlineData("by: gateway, share: 1, least: 2", 3, false)]
    [InlineData("by: gateway, share: 1, least: 2", 4, true)]
    public void It_takes_so_many_and_such_a_share_of_those_that_were_heard(string rollUp, int silent, bool isUp)
    {
        string[] names = ["a", "b", "c", "d"];
        var rig = Heard(Heard(Rig($"{rollUp}, wait: 5s, level: orange"), 0, names), 20, names[silent..]).Tick(32);
        Assert.Equal(isUp ? ["30 d gw/* none>orange onset=30"] : [], rig.Lines);
        if (isUp)
            Assert.Equal(silent, rig.Changes[0].Value);
    }

    [Fact]
    public void Those_of_the_group_and_who_of_them_is_silent_can_be_asked_for()
    {
        var rig = Heard(Heard(Rig(), 0, "a", "b"), 20, "b").Tick(32);
        Assert.Equal(
            [("gw/a", 1.0, 1.0, Some.TicksAfter(0)), ("gw/b", 1, 0, Some.TicksAfter(20)), ("gw/c", 1, double.NaN, long.MinValue), ("gw/d", 1, double.NaN, long.MinValue)],
            rig.Engine.PointsOf("d", "gw/*").Select(point => (point.Name, point.Weight, point.Value, point.AtTicks)));
    }

    [Fact]
    public void A_changed_rule_tells_again_with_the_next_record_who_is_silent()
    {
        // One of four is silent and told; then two of four make a group, of which one more is silent.
        foreach (bool restarts in new[] { false, true })
        {
            var rig = Heard(Heard(Rig(), 0, "a", "b", "c", "d"), 20, "c", "d").Tick(36);
            Assert.Equal(["35 d gw/a none>yellow onset=0", "35 d gw/b none>yellow onset=0"], rig.Lines);
            const string Changed = "by: gateway, share: 0.5, least: 2, wait: 5s, level: red";
            rig.Activate(Support.Rig.Rules(Rule(Changed)), City);
            if (restarts)
                rig.Restart(Support.Rig.Rules(Rule(Changed)), City);
            Assert.Equal(["36 d gw/* none>red onset=36", "36 d gw/a yellow>none onset=0", "36 d gw/b yellow>none onset=0"], rig.Tick(37).Lines.Skip(2));
            Assert.Equal(2, rig.Changes[2].Value);
        }
    }

    [Fact]
    public void A_member_that_leaves_the_catalogue_is_told_of_no_more_and_counts_no_more()
    {
        var rig = Heard(Heard(Rig("by: gateway, share: 0.75, least: 2, wait: 5s, level: orange"), 0, "a", "b", "c", "d"), 20, "d").Tick(31);
        Assert.Equal(["30 d gw/* none>orange onset=30"], rig.Lines);
        rig.Activate(Support.Rig.Rules(Rule("by: gateway, share: 0.75, least: 2, wait: 5s, level: orange")), City.Replace("gw, name: a", "lone, name: aa", StringComparison.Ordinal)).Tick(35);
        // Two of three are too few; after the wait the two are told.
        Assert.Equal(["36 d gw/* orange>none onset=30", "36 d gw/b none>yellow onset=0", "36 d gw/c none>yellow onset=0"], rig.Tick(37).Lines.Skip(1));
    }

    private const string Two = """
        domains: [{ id: water, name: Water }]
        gateways: [{ id: gw, domain: water }, { id: g2, domain: water }]
        datastreams:
          - { gateway: g2, name: a, quantity: level }
          - { gateway: g2, name: b, quantity: level }
          - { gateway: g2, name: c, quantity: level }
          - { gateway: gw, name: a, quantity: level }
          - { gateway: gw, name: b, quantity: level }
          - { gateway: gw, name: c, quantity: level }
        """;

    private static Rig All(Rig rig, double at, params string[] names)
    {
        foreach (string name in names)
            rig.Read(name, at, 1);
        return rig;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Groups_that_become_one_keep_what_was_told_of_their_members(bool restarts)
    {
        const string Whole = "by: all, share: 0.75, wait: 5s, level: orange";
        var rig = All(All(Rig(city: Two), 0, "g2/a", "g2/b", "g2/c", "gw/a", "gw/b", "gw/c"), 20, "g2/b", "g2/c", "gw/b", "gw/c").Tick(36);
        Assert.Equal(["35 d g2/a none>yellow onset=0", "35 d gw/a none>yellow onset=0"], rig.Lines);
        rig.Activate(Support.Rig.Rules(Rule(Whole)), Two);
        if (restarts)
            rig.Restart(Support.Rig.Rules(Rule(Whole)), Two);
        Assert.Equal(["40 d gw/a yellow>none onset=0", "41 d g2/a yellow>none onset=0"], rig.Tick(37).Read("gw/a", 40, 1).Read("g2/a", 41, 1).Lines.Skip(2));
        // And back: each group knows its own.
        Assert.Equal("55 d g2/b none>yellow onset=20", All(rig, 41, "gw/b", "gw/c", "g2/c").Tick(55).Lines[4]);
        rig.Activate(Support.Rig.Rules(Rule(Standard)), Two).Tick(56);
        Assert.Equal(["57 d g2/b yellow>none onset=20"], rig.Read("g2/b", 57, 1).Tick(60).Lines.Skip(5));
    }

    [Theory]
    [InlineData("g2", "gw")]
    [InlineData("gw", "g2")]
    public void Groups_that_become_one_go_on_from_the_time_of_the_latest(string silent, string alive)
    {
        // One of them has never had anybody silent, and so no time; the other knows since 30 that all are.
        var rig = All(Rig(city: Two), 0, "g2/a", "g2/b", "g2/c", "gw/a", "gw/b", "gw/c");
        for (int at = 10; at <= 40; at += 10)
            All(rig, at, $"{alive}/a", $"{alive}/b", $"{alive}/c");
        Assert.Equal([$"30 d {silent}/* none>orange onset=30"], rig.Tick(41).Lines);
        rig.Activate(Support.Rig.Rules(Rule("by: all, share: 0.5, wait: 5s, level: red")), Two).Tick(42);
        Assert.Equal(["41 d all/* none>red onset=41"], rig.Lines.Skip(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wait_that_is_over_before_another_falls_silent_is_over_first(bool restarts)
    {
        // Two of four are back at 60. The clock of one of them jumps: it was silent from 90 to 95, when the wait, until 65, was over.
        var rig = Heard(Heard(Rig(), 0, "a", "b", "c", "d").Tick(59), 60, "b", "c");
        if (restarts)
            rig.Restart(Support.Rig.Rules(Rule(Standard)), City);
        rig.Read("gw/b", 95, 1, received: 62);
        Assert.Equal(
            ["30 d gw/* none>orange onset=30", "65 d gw/* orange>none onset=30", "90 d gw/* none>orange onset=90"], rig.Lines.Where(line => line.Contains('*', StringComparison.Ordinal)));
        Assert.Equal(["65 d gw/a none>yellow onset=0", "65 d gw/d none>yellow onset=0", "90 d gw/a yellow>none onset=0", "90 d gw/d yellow>none onset=0"], rig.Lines.Where(line => !line.Contains('*', StringComparison.Ordinal)));
    }

    [Fact]
    public void At_the_very_end_of_the_wait_one_that_falls_silent_begins_another_alarm()
    {
        var rig = new Rig(Support.Rig.Rules(Rule(Standard).Replace("silence: 30s", "silence: 5s", StringComparison.Ordinal)), City);
        // One is back at 58, another at 60, from when on two of four are too few; that one is silent again from 65 to 70.
        Heard(Heard(Heard(rig, 0, "a", "b", "c", "d").Tick(57), 58, "b"), 60, "c").Read("gw/b", 61, 1).Read("gw/c", 70, 1, received: 61.5);
        Assert.Equal(
            ["5 d gw/* none>orange onset=5", "65 d gw/* orange>none onset=5", "65 d gw/* none>orange onset=65"], rig.Lines.Where(line => line.Contains('*', StringComparison.Ordinal)));
    }

    [Fact]
    public void As_soon_as_enough_are_silent_what_was_told_of_one_of_them_ends()
    {
        var rig = Heard(Heard(Heard(Rig(), 0, "a", "b", "c", "d"), 20, "b", "c", "d"), 45, "d").Tick(51);
        Assert.Equal(["35 d gw/a none>yellow onset=0", "50 d gw/* none>orange onset=50", "50 d gw/a yellow>none onset=0"], rig.Lines);
    }

    [Fact]
    public void One_that_is_heard_for_the_first_time_long_after_the_wait_finds_it_over()
    {
        var rig = Heard(Heard(Rig(), 0, "a", "b", "c").Tick(59), 60, "b", "c").Read("gw/d", 80, 1, received: 61);
        Assert.Equal(["30 d gw/* none>orange onset=30", "65 d gw/* orange>none onset=30", "65 d gw/a none>yellow onset=0"], rig.Lines);
    }

    [Fact]
    public void A_member_whose_clock_is_set_is_counted_once()
    {
        // Three of three, then three of four.
        var rig = Heard(Heard(Rig(), 0, "a", "b", "c").Tick(39), 40, "d");
        rig.Read("gw/d", 5000, 1, received: 45, flags: ReadingFlags.FutureStamp).Read("gw/d", 5020, 1, received: 65, flags: ReadingFlags.FutureStamp);
        Assert.Equal(["30 d gw/* none>orange onset=30"], rig.Tick(80).Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_changed_level_is_told_again_with_the_next_record_though_the_same_are_silent(bool restarts)
    {
        string worse = Support.Rig.Rules(Rule(Standard).Replace("level: yellow", "level: red", StringComparison.Ordinal));
        var rig = Heard(Heard(Rig(), 0, "a", "b", "c", "d"), 20, "b", "c", "d").Tick(36).Activate(worse, City);
        if (restarts)
            rig.Restart(worse, City);
        Assert.Equal(["35 d gw/a none>yellow onset=0", "36 d gw/a yellow>red onset=0"], rig.Tick(37).Lines);
        Assert.Equal("40 d gw/a red>none onset=0", Heard(rig, 40, "a").Lines[^1]);
    }
}
