using System.Buffers;
using System.Buffers.Binary;
using SensorGrid.Readings;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests;

public sealed class RuleEngineSnapshotTests
{
    private const int Seed = 4711;

    private static readonly string Rules = Rig.Rules(
        Rig.Threshold("avg", "value: avg(40s), levels: { yellow: 2.5 }, off-delay: 5s", "{ quantity: level }"),
        Rig.Threshold("formula", "value: 'max(max(20s), last) - min(35s)', levels: { yellow: 1 }, off-delay: 3s", "{ quantity: level }"),
        Rig.Threshold("count", "value: count(20s), levels: { yellow: 4 }", "{ quantity: level }"),
        Rig.Threshold("delta", "value: delta(20s), levels: { yellow: 1 }", "{ quantity: level }"),
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

    [Fact]
    public void A_snapshot_of_an_older_version_is_refused()
    {
        var written = new ArrayBufferWriter<byte>();
        new Rig(Rules).Read("gw/stage", 0, 3).Engine.WriteSnapshot(written);
        const uint Magic = 0x53524753;
        Assert.True(SnapshotFrame.TryOpen(written.WrittenSpan, Magic, VersionOf(written), out var body));
        var older = new ArrayBufferWriter<byte>();
        SnapshotFrame.Write(older, Magic, version: 1, body);
        Assert.False(new Rig(Rules).Engine.TryRestore(older.WrittenSpan));
    }

    [Fact]
    public void A_snapshot_of_the_version_before_clock_steps_goes_on()
    {
        var body = new ArrayBufferWriter<byte>();
        var writer = new SnapshotWriter(body);
        writer.Int64(Some.Ticks);
        writer.Int64(0);
        writer.Int32(1);
        writer.Text("gw");
        writer.Int64(0);
        writer.Byte(0);
        Clock(writer, long.MinValue);
        writer.Int32(1);
        writer.Text("gw");
        writer.Text("stage");
        Clock(writer, Some.Ticks);
        writer.Double(3);
        writer.Double(0);
        writer.Int32(0);
        var older = new ArrayBufferWriter<byte>();
        SnapshotFrame.Write(older, 0x53524753, version: 2, body.WrittenSpan);
        var rig = new Rig(Rules);
        Assert.True(rig.Engine.TryRestore(older.WrittenSpan));
        rig.Read("gw/stage", 0, 3);
        Assert.Equal(1, rig.Engine.Counters.Duplicates);

        static void Clock(SnapshotWriter writer, long observed)
        {
            writer.Int64(observed);
            writer.Int64(0);
            writer.Int64(0);
            writer.Byte(0);
            writer.Int64(long.MinValue);
        }
    }

    [Fact]
    public void A_snapshot_of_the_version_before_quiet_windows_goes_on()
    {
        string rules = Rig.Rules(Rig.Threshold("avg", "value: avg(20s), levels: { yellow: 4 }"));
        var rig = new Rig(rules).Read("gw/stage", 0, 5).Read("gw/stage", 5, 1);
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        Assert.True(SnapshotFrame.TryOpen(written.WrittenSpan, 0x53524753, VersionOf(written), out var body));
        // What the window knows to be harmless stands at its end, and behind it that nothing waits to be put in order, that no gap is kept, and no usual pause known.
        const int QuietWindowBytes = 24 + 4 + 4 + 4;
        var older = new ArrayBufferWriter<byte>();
        SnapshotFrame.Write(older, 0x53524753, version: 3, body[..^QuietWindowBytes]);
        var engine = new RuleEngine(rig.Table);
        engine.Activate(Rig.ReadCatalogue(Rig.Catalogue), Rig.ReadRules(rules));
        Assert.True(engine.TryRestore(older.WrittenSpan));
        rig.Restart(engine);
        Assert.Equal(["0 avg gw/stage none>yellow onset=0", "5 avg gw/stage yellow>none onset=0", "15 avg gw/stage none>yellow onset=15"], rig.Read("gw/stage", 15, 9).Lines);
    }

    // Before version 9 a silence that had a vote was awaited outside of hours too, and k-of-last did not know when its newest value was.
    [Theory]
    [InlineData("type: deadman, silence: 20s, level: yellow", 0, "140 d gw/stage none>yellow onset=120")]
    [InlineData("type: k-of-last, of-last: 2, limit: 3, levels: { yellow: 2 }", sizeof(long), "130 d gw/stage none>yellow onset=130")]
    public void A_snapshot_of_the_version_before_hours_goes_on_with_them(string keys, int bytesMore, string expected)
    {
        string rule = $"id: d, {keys}, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}";
        var rig = new Rig(Rig.Rules($"{{ {rule} }}")).Read("gw/stage", 65, 5).Tick(70);
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        Assert.True(SnapshotFrame.TryOpen(written.WrittenSpan, 0x53524753, VersionOf(written), out var body));
        // Behind what it knows: nothing that waits, no gap, no pause.
        const int Rest = 4 + 4 + 4;
        var older = new ArrayBufferWriter<byte>();
        SnapshotFrame.Write(older, 0x53524753, version: 8, [.. body[..^(Rest + bytesMore)], .. body[^Rest..]]);
        var engine = new RuleEngine(rig.Table);
        engine.Activate(Rig.ReadCatalogue(Rig.Catalogue), Rig.ReadRules(Rig.Rules($"{{ {rule}, hours: {{ inside: [{{ from: '16:00', to: '16:01' }}, {{ from: '16:02', to: '16:03' }}] }} }}")));
        Assert.True(engine.TryRestore(older.WrittenSpan));
        rig.Restart(engine);
        rig.Tick(119);
        if (bytesMore > 0)
            rig.Read("gw/stage", 130, 5);
        Assert.Equal([expected], rig.Tick(150).Lines);
    }

    [Fact]
    public void What_was_missed_is_part_of_the_snapshot_while_a_gateway_is_awaited_and_after()
    {
        string rules = Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, on-delay: 20s, freshness: 1s"));
        var awaited = Restored(new Rig(rules).Read("gw/stage", 0, 3).Start(100).Tick(110));
        Assert.Equal(["20 t gw/stage none>yellow onset=0"], awaited.Tick(149).Tick(150).Lines);
        Assert.Equal(Some.TicksAfter(150), awaited.Changes[0].LogTimeTicks);

        var heard = Restored(new Rig(rules).Read("gw/stage", 0, 3).Start(100).Read("gw/stage", 1, 3, received: 110));
        Assert.Equal(["20 t gw/stage none>yellow onset=0 retro"], heard.Tick(128).Tick(129).Lines);
        Assert.Equal(Some.TicksAfter(129), heard.Changes[0].LogTimeTicks);

        Rig Restored(Rig rig)
        {
            var written = new ArrayBufferWriter<byte>();
            rig.Engine.WriteSnapshot(written);
            var after = new Rig(rules);
            Assert.True(after.Engine.TryRestore(written.WrittenSpan));
            return after;
        }
    }

    private static ushort VersionOf(ArrayBufferWriter<byte> snapshot) => BinaryPrimitives.ReadUInt16LittleEndian(snapshot.WrittenSpan[sizeof(uint)..]);

    private static List<string> Play(int restartEvery)
    {
        var rig = new Rig(Rules);
        var random = new Random(Seed);
        double now = 0;
        for (int record = 1; record <= 1500; record++)
        {
            now += random.Next(1, 12);
            switch (random.Next(7))
            {
                case 0:
                    rig.Tick(now);
                    break;
                case 1:
                    rig.Fix(now, 110 + random.Next(0, 30) / 100.0, 21.05);
                    break;
                case 2 when random.Next(10) == 0:
                    now += random.Next(1, 300);
                    rig.Start(now);
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
