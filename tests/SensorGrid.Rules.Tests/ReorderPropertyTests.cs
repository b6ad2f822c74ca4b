using System.Buffers;
using CsCheck;
using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests;

/// <summary>Readings that come out of order, by less than their datastreams wait: the same changes at the same log times as if each had come when it was observed.</summary>
public sealed class ReorderPropertyTests
{
    private const int Reorder = 10;

    private static readonly string City = EvaluatorFamilies.CityInOrder($"{Reorder}s");

    private sealed record One(int Datastream, int Gap, int Quarters, bool Missing, int Delay);

    private static readonly Gen<One[]> Readings = Gen.Select(
        Gen.Int[0, EvaluatorFamilies.Datastreams.Length - 1],
        Gen.Frequency((8, Gen.Int[0, 4]), (1, Gen.Int[5, 40])),
        Gen.Int[0, 24],
        Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true))),
        Gen.Int[0, Reorder - 1],
        (datastream, gap, quarters, missing, delay) => new One(datastream, gap, quarters, missing, delay)).Array[1, 80];

    [Theory]
    [MemberData(nameof(EvaluatorFamilies.All), MemberType = typeof(EvaluatorFamilies))]
    public void Shuffling_within_reorder_changes_nothing(string family, string[] rules)
    {
        int said = 0, moved = 0;
        Gen.Select(Readings, Gen.Int[1, 9], Gen.Int[1, 6], EvaluatorFamilies.HoursOf(family)).Sample((readings, tickEvery, restartEvery, hours) =>
        {
            var yaml = Rig.Rules(EvaluatorFamilies.WithHours(rules, hours));
            var (undisturbed, _) = Play(yaml, readings, new());
            Interlocked.Add(ref said, undisturbed.Count);
            var (shuffled, reordered) = Play(yaml, readings, new() { Shuffled = true });
            Interlocked.Add(ref moved, (int)reordered);
            Assert.Equal(undisturbed, shuffled);
            Assert.Equal(undisturbed, Play(yaml, readings, new() { TickEvery = tickEvery }).Lines);
            Assert.Equal(undisturbed, Play(yaml, readings, new() { Shuffled = true, Twice = true, Whole = true }).Lines);
            Assert.Equal(undisturbed, Play(yaml, readings, new() { Shuffled = true, TickEvery = tickEvery, RestartEvery = restartEvery }).Lines);
        });
        Assert.True(said > 100, "readings that raise nothing show nothing");
        Assert.True(moved > 100, "readings that come in order show nothing");
    }

    private sealed record How
    {
        public bool Shuffled { get; init; }

        public bool Twice { get; init; }

        public bool Whole { get; init; }

        public int TickEvery { get; init; }

        public int RestartEvery { get; init; }
    }

    private static (List<string> Lines, long Reordered) Play(string rules, One[] given, How how)
    {
        var rig = new Rig(rules, City);
        var arrivals = new List<(int At, int Order, Reading Reading)>();
        var taken = new HashSet<(int, int)>();
        int now = 0;
        foreach (var one in given)
        {
            now += one.Gap;
            // Two values of one moment are a correction, and the first of them counts: their order matters.
            if (!taken.Add((one.Datastream, now)))
                continue;
            var reading = rig.Reading(EvaluatorFamilies.Datastreams[one.Datastream], now, one.Quarters / 4.0, one.Missing ? Quality.Missing : Quality.Good, ReadingFlags.None);
            int at = how.Shuffled ? now + one.Delay : now;
            arrivals.Add((at, arrivals.Count, reading));
            if (how.Twice)
                arrivals.Add((at + ((now + one.Quarters) % 23), arrivals.Count, reading));
        }
        // Of one moment the later ones first: whatever order they come in.
        var records = arrivals.OrderBy(arrival => arrival.At).ThenBy(arrival => how.Shuffled ? -arrival.Order : arrival.Order).GroupBy(arrival => arrival.At).ToList();
        int count = 0, ticked = 0;
        foreach (var record in records)
        {
            for (; how.TickEvery > 0 && ticked < record.Key; ticked += how.TickEvery)
                rig.Tick(ticked);
            if (how.Whole)
                rig.Read(record.Key, record.Select(arrival => arrival.Reading).ToArray());
            else
                record.ToList().ForEach(arrival => rig.Read(record.Key, arrival.Reading));
            if (how.RestartEvery > 0 && ++count % how.RestartEvery == 0)
                Restart(rig, rules);
        }
        rig.Tick(now + 200).Tick(now + 300);
        // Not by when it was found alone: a log's time, too, is that at which it would have been found in order.
        return ([.. rig.Lines.Zip(rig.Changes, (line, change) => $"{line} found {change.LogTimeTicks - Some.Ticks}")], rig.Engine.Counters.Reordered);
    }

    private static void Restart(Rig rig, string rules)
    {
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        var engine = new RuleEngine(rig.Table);
        engine.Activate(Rig.ReadCatalogue(City), Rig.ReadRules(rules));
        Assert.True(engine.TryRestore(written.WrittenSpan));
        rig.Restart(engine);
    }
}
