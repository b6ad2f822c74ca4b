using System.Buffers;
using CsCheck;
using NetTopologySuite.Geometries;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Geofences;

/// <summary>Whatever way a track comes in, the same is said of it.</summary>
public sealed class GeofencePropertyTests
{
    private const int Seed = 20261127;

    private static readonly CityCatalogue Catalogue = Rig.ReadCatalogue(Rig.Catalogue
        .Replace("zones:", "  - { gateway: gw2, name: error, asset: patrol-1, quantity: position-error, unit: m }\nzones:", StringComparison.Ordinal)
        .Replace("{ id: z2,", "{ id: z2, valid-from: '2026-05-12T08:00:20Z', valid-to: '2026-05-12T08:01:20Z',", StringComparison.Ordinal));

    private static readonly RuleSet Rules = Rig.ReadRules(Rig.Rules(
        Rule("enter", "on: enter, minimum-fixes: 2"), Rule("exit", "on: exit, hysteresis: 2000, on-delay: 4s, off-delay: 3s"), Rule("ends", "on: exit, fence-end: exit"),
        Rule("inside", "on: inside, accuracy: { datastream: error, limit: 10 }"), Rule("outside", "on: outside, minimum-fixes: 3"), Rule("dwell", "on: dwell, dwell: 9s"),
        Rule("approach", "on: approach, distance: 5000, hysteresis: 300")));

    // Steps of 0.01°, a tenth of a zone, so that fixes stand on boundaries and on each other; every tenth thing that happens moves a zone.
    private static readonly Gen<Step[]> Tracks = Gen.Select(Gen.Int[1, 9], Gen.Int[-8, 8], Gen.Int[-3, 3], Gen.Int[0, 9], Gen.Int[1, 20])
        .Select((gap, east, north, kind, error) => new Step(gap, east, north, kind, error)).Array[1, 40];

    private readonly record struct Step(int Gap, int East, int North, int Kind, int Error)
    {
        public bool IsMove => Kind == 9;

        public bool IsTick => Kind == 8;
    }

    private enum Way
    {
        OneByOne,
        InBatches,
        Twice,
        RestartAtEachRecord,
    }

    [Fact]
    public void Batches_duplicates_and_restarts_change_nothing() => Tracks.Sample(
        track =>
        {
            var expected = Play(track, Way.OneByOne);
            Assert.Equal(expected, Play(track, Way.InBatches));
            Assert.Equal(expected, Play(track, Way.Twice));
            Assert.Equal(expected, Play(track, Way.RestartAtEachRecord));
        }, iter: 400);

    // The same few each time: quick, and enough to find what a restart must not lose.
    [Fact]
    public void Some_long_tracks_go_on_over_each_restart()
    {
        var random = new Random(Seed);
        for (int number = 0; number < 6; number++)
        {
            Step[] track = [.. Enumerable.Range(0, 30).Select(_ => new Step(random.Next(1, 10), random.Next(-5, 6), random.Next(-2, 3), random.Next(10), random.Next(1, 21)))];
            Assert.Equal(Play(track, Way.OneByOne), Play(track, Way.RestartAtEachRecord));
        }
    }

    [Fact]
    public void Tracks_as_they_are_made_raise_every_rule()
    {
        var raised = new HashSet<string>();
        Tracks.Sample(track => { lock (raised) raised.UnionWith(Play(track, Way.OneByOne).Select(line => line.Split(' ')[1])); }, iter: 300, threads: 1);
        Assert.Equal(["approach", "dwell", "ends", "enter", "exit", "inside", "outside"], raised.Order(StringComparer.Ordinal));
    }

    private static string Rule(string id, string keys) =>
        $"{{ id: {id}, type: geofence, domain: water, title: T, scope: {{ quantity: position }}, level: orange, zones: [z1, z2], {keys} }}";

    private static List<string> Play(Step[] track, Way way)
    {
        var table = new DatastreamTable();
        Assert.True(table.TryIntern(new("gw2", "position"), out var position) & table.TryIntern(new("gw2", "error"), out var error));
        var (engine, catalogue) = (New(table, Catalogue), Catalogue);
        var output = new List<ConditionChange>();
        var waiting = new List<Reading>();
        double now = 0, x = 110.05, y = 21.05;
        foreach (var step in track)
        {
            now += step.Gap;
            if (step.IsMove || step.IsTick)
            {
                Deliver(atLeast: 1);
                engine.OnTick(Some.TicksAfter(now), output);
            }
            if (step.IsMove)
            {
                var zone = catalogue.Zones.Find(step.Error % 2 == 0 ? "z1" : "z2")!;
                double west = 110 + (step.East / 100.0);
                zone = zone with { Geometry = new Polygon(new LinearRing([new(west, 21), new(west + 0.1, 21), new(west + 0.1, 21.1), new(west, 21.1), new(west, 21)])) };
                catalogue = catalogue.WithZones(new Dictionary<string, Zone> { [zone.Id] = zone });
                engine.MoveZone(zone, output);
            }
            if (!step.IsMove && !step.IsTick)
            {
                (x, y) = (Math.Round(x + (step.East / 100.0), 2), Math.Round(y + (step.North / 100.0), 2));
                waiting.Add(Some.Reading(error.Value, step.Error, now));
                waiting.Add(Some.Reading(position.Value, x, now, ReadingKind.Position, value2: y));
                // Some come at once, some together with those before: how far they are cut into records must not matter, when they came does.
                Deliver(atLeast: step.Error % 3 == 0 ? 6 : 1);
            }
            Restart();
        }
        Deliver(atLeast: 1);
        engine.OnTick(Some.TicksAfter(now + 100), output);
        return [.. output.Select(change => FormattableString.Invariant(
            $"{change.AtTicks - Some.Ticks} {change.Scope.Rule.Id} {change.Scope.Key} {change.From}>{change.To} {change.OnsetTicks - Some.Ticks} {change.Value} {change.Longitude} {change.Latitude}"))];

        void Deliver(int atLeast)
        {
            if (waiting.Count < atLeast)
                return;
            Reading[] readings = [.. waiting];
            waiting.Clear();
            long cameAt = readings[^1].ObservedAtTicks;
            if (way == Way.InBatches)
            {
                engine.OnReadings(cameAt, readings, output);
                return;
            }
            foreach (var reading in readings)
            {
                for (int time = 0; time < (way == Way.Twice ? 2 : 1); time++)
                    engine.OnReadings(cameAt, [reading], output);
                Restart();
            }
        }

        void Restart()
        {
            if (way == Way.RestartAtEachRecord)
                engine = Restarted(engine, table, catalogue);
        }
    }

    private static RuleEngine New(DatastreamTable table, CityCatalogue catalogue)
    {
        var engine = new RuleEngine(table);
        engine.Activate(catalogue, Rules);
        return engine;
    }

    private static RuleEngine Restarted(RuleEngine engine, DatastreamTable table, CityCatalogue catalogue)
    {
        var written = new ArrayBufferWriter<byte>();
        engine.WriteSnapshot(written);
        var after = New(table, catalogue);
        Assert.True(after.TryRestore(written.WrittenSpan));
        return after;
    }
}
