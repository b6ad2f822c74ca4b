using CsCheck;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Tests.Sources.Sparkplug;

/// <summary>An edge node with a device that gives aliases anew at each birth, over a way that swaps and loses messages: whatever a reading is called, it is
/// what the edge node measured there; and where nothing is lost, everything arrives in order.</summary>
public sealed class SparkplugModelTests
{
    private sealed record Sent(SparkplugMessageType Type, string? Device, byte[] Payload, string[] Readings);

    /// <summary>Each value names its datastream: the thousands say which.</summary>
    private sealed class EdgeNode(Random random)
    {
        private static readonly string[] Names = ["voltage", "door", "d:Level", "d:Flow"];

        private readonly ulong[] alias = new ulong[Names.Length];
        private byte seq;
        private ulong bdSeq;
        private int count;
        private bool deviceLives;

        public IEnumerable<Sent> Live(int steps)
        {
            yield return NodeBirth();
            yield return DeviceBirth();
            for (int step = 0; step < steps; step++)
            {
                int doing = random.Next(20);
                if (doing == 0)
                {
                    bdSeq = (bdSeq + 1) % 256;
                    yield return NodeBirth();
                    yield return DeviceBirth();
                }
                else if (doing == 1)
                {
                    yield return NodeBirth();
                    yield return DeviceBirth();
                }
                else if (doing == 2 && deviceLives)
                {
                    deviceLives = false;
                    yield return new(SparkplugMessageType.DeviceDeath, "d", SparkplugRig.Payload(seq++, null), ["gw01/d:Level=missing", "gw01/d:Flow=missing"]);
                }
                else if (doing == 3 && !deviceLives)
                {
                    yield return DeviceBirth();
                }
                else
                {
                    yield return Data(deviceLives && random.Next(2) == 0);
                }
            }
        }

        // After an NBIRTH all aliases are others; those that were one thing are another.
        private Sent NodeBirth()
        {
            ulong[] shuffled = [0, 1, 2, 3];
            random.Shuffle(shuffled);
            shuffled.CopyTo(alias, 0);
            // Not by chance the very number that comes next: then nobody could see that the birth is missing. With real edge nodes that is one case in 256.
            seq = (byte)(seq + random.Next(20, 230));
            return Births(SparkplugMessageType.NodeBirth, null, 0, bdSeq);
        }

        private Sent DeviceBirth()
        {
            deviceLives = true;
            return Births(SparkplugMessageType.DeviceBirth, "d", 2, null);
        }

        private Sent Births(SparkplugMessageType type, string? device, int first, ulong? connection)
        {
            double[] values = [Value(first), Value(first + 1)];
            return new(
                type, device,
                SparkplugRig.Payload(seq++, connection, Whole(first, values[0]), Whole(first + 1, values[1])),
                [Show(first, values[0]), Show(first + 1, values[1])]);
        }

        private Sent Data(bool ofDevice)
        {
            int which = (ofDevice ? 2 : 0) + random.Next(2);
            double value = Value(which);
            var metric = random.Next(4) == 0 ? Whole(which, value) : new Metric(null, alias[which], value, null);
            return new(ofDevice ? SparkplugMessageType.DeviceData : SparkplugMessageType.NodeData, ofDevice ? "d" : null, SparkplugRig.Payload(seq++, null, metric), [Show(which, value)]);
        }

        private double Value(int which) => which * 1_000_000 + ++count;

        private Metric Whole(int which, double value) => new(Names[which].Replace("d:", "", StringComparison.Ordinal), alias[which], value);

        private static string Show(int which, double value) => FormattableString.Invariant($"gw01/{Names[which]}={value}");

        public static bool IsTrue(string reading)
        {
            string[] parts = reading["gw01/".Length..].Split('=');
            return parts[1] == "missing" || Names[(int)(double.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) / 1_000_000)] == parts[0];
        }
    }

    [Fact]
    public async Task Without_loss_everything_arrives_in_order_however_neighbours_are_swapped() =>
        await Gen.Int[0, int.MaxValue].SampleAsync(
            async seed =>
            {
                var random = new Random(seed);
                var sent = new EdgeNode(random).Live(60).ToList();
                await using var rig = new SparkplugRig();
                // Births stay where they are; data and deaths of devices between two births come in any order of three at a time.
                var order = Enumerable.Range(0, sent.Count).ToList();
                for (int i = 1; i + 1 < order.Count; i++)
                {
                    if (random.Next(4) == 0 && !IsBirth(sent[order[i]]) && !IsBirth(sent[order[i + 1]]))
                        (order[i], order[i + 1]) = (order[i + 1], order[i]);
                }
                foreach (int index in order)
                    rig.Send(sent[index].Type, sent[index].Payload, sent[index].Device);
                Assert.Equal(sent.SelectMany(message => message.Readings), rig.Readings());
                await rig.PassAsync(10);
                Assert.Empty(rig.Asked);
            },
            iter: 60, threads: 1);

    [Fact]
    public async Task With_loss_no_reading_is_called_what_it_is_not_and_births_are_asked_for() =>
        await Gen.Int[0, int.MaxValue].SampleAsync(
            async seed =>
            {
                var random = new Random(seed);
                var sent = new EdgeNode(random).Live(80).ToList();
                await using var rig = new SparkplugRig();
                bool lostOne = false;
                for (int i = 0; i < sent.Count; i++)
                {
                    if (random.Next(10) == 0)
                    {
                        lostOne = true;
                        continue;
                    }
                    rig.Send(sent[i].Type, sent[i].Payload, sent[i].Device);
                    if (random.Next(6) == 0)
                        await rig.PassAsync(random.NextDouble() * 3);
                }
                await rig.PassAsync(3);
                Assert.All(rig.Readings(), reading => Assert.True(EdgeNode.IsTrue(reading), reading));
                Assert.True(lostOne);
                // Everything that came is in the log, whatever became of it.
                Assert.True(rig.Ingest.LogRecords().Count > 0);
            },
            iter: 100, threads: 1);

    private static bool IsBirth(Sent message) => message.Type is SparkplugMessageType.NodeBirth or SparkplugMessageType.DeviceBirth;
}
