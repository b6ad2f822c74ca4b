using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests;

public sealed class RuleEngineSnapshotTests
{
    private const int Seed = 4711;

    private static readonly string Rules = Rig.Rules(
        Rig.Threshold("avg", "value: avg(40s), levels: { yellow: 2.5 }, off-delay: 5s", "{ quantity: level }"),
        Rig.Threshold("last", "levels: { yellow: 3, red: 4 }, on-delay: 7s, clear-margin: 1", "{ quantity: level }"),
        Rig.Threshold("max", "value: max(30s), levels: { orange: 4 }", "{ quantity: level }"),
        Rig.Threshold("rate", "value: 'rate(20s, 1s)', levels: { yellow: 0.1 }", "{ quantity: level }"),
        Rig.Threshold("sum", "value: sum(60s), levels: { yellow: 9, orange: 15 }, on-delay: 3s", "{ quantity: level }"),
        "{ id: d, type: deadman, domain: water, title: T, scope: { quantity: level }, silence: 25s, level: yellow }",
        "{ id: g, type: deadman, domain: water, title: T, scope: { domain: water }, of: gateway, silence: 22s, level: yellow }",
        "{ id: f, type: geofence, domain: water, title: T, scope: { quantity: position }, on: exit, zones: [z1, z2], level: red, on-delay: 9s }");

    [Fact]
    public void Restart_at_any_record_changes_nothing()
    {
        var undisturbed = Play(restartEvery: 0);
        Assert.True(undisturbed.Count > 100, "the recording must say something");
        Assert.Equal(undisturbed, Play(restartEvery: 1));
        Assert.Equal(undisturbed, Play(restartEvery: 17));
    }

    [Fact]
    public void Bytes_that_were_cut_or_changed_are_refused_and_the_engine_is_as_new()
    {
        var rig = new Rig(Rules).Read("gw/stage", 0, 3).Fix(1, 110.05, 21.05);
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        byte[] snapshot = written.WrittenSpan.ToArray();
        Assert.True(new Rig(Rules).Engine.TryRestore(snapshot));

        for (int length = 0; length < snapshot.Length; length++)
            Assert.False(new Rig(Rules).Engine.TryRestore(snapshot.AsSpan(0, length)));
        for (int at = 0; at < snapshot.Length; at++)
        {
            byte[] changed = [.. snapshot];
            changed[at] ^= 0x10;
            Assert.False(new Rig(Rules).Engine.TryRestore(changed), $"byte {at}");
        }

        var refused = new Rig(Rules);
        Assert.False(refused.Engine.TryRestore(snapshot.AsSpan(1)));
        Assert.Equal(new Rig(Rules).Read("gw/stage", 0, 3).Tick(60).Lines, refused.Read("gw/stage", 0, 3).Tick(60).Lines);
    }

    [Fact]
    public void A_snapshot_of_other_rules_is_refused()
    {
        var written = new ArrayBufferWriter<byte>();
        new Rig(Rules).Read("gw/stage", 0, 3).Engine.WriteSnapshot(written);
        Assert.False(new Rig(Rig.Rules(Rig.Threshold("other", "levels: { yellow: 3 }"))).Engine.TryRestore(written.WrittenSpan));
    }

    private static List<string> Play(int restartEvery)
    {
        var rig = new Rig(Rules);
        var random = new Random(Seed);
        double now = 0;
        for (int record = 1; record <= 1500; record++)
        {
            now += random.Next(1, 12);
            switch (random.Next(6))
            {
                case 0:
                    rig.Tick(now);
                    break;
                case 1:
                    rig.Fix(now, 110 + random.Next(0, 30) / 100.0, 21.05);
                    break;
                default:
                    // Late, early, missing: all that readings are.
                    rig.Read(random.Next(2) == 0 ? "gw/stage" : "gw2/stage", now - random.Next(0, 9), random.Next(0, 6), received: now,
                        quality: random.Next(8) == 0 ? Quality.Missing : Quality.Good);
                    break;
            }
            if (restartEvery == 0 || record % restartEvery != 0)
                continue;
            var written = new ArrayBufferWriter<byte>();
            rig.Engine.WriteSnapshot(written);
            var engine = new RuleEngine(rig.Table);
            engine.Activate(Rig.ReadCatalogue(Rig.Catalogue), Rig.ReadRules(Rules));
            Assert.True(engine.TryRestore(written.WrittenSpan));
            rig.Restart(engine);
        }
        return [.. rig.Lines];
    }
}
