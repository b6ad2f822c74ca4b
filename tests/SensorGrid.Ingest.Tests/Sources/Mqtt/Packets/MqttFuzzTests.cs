using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

/// <summary>Good packets, damaged at random: whatever comes in, the answer is packets, "incomplete" or a violation, and the same however the bytes are cut.</summary>
public sealed class MqttFuzzTests
{
    private const int Seed = 20_260_701;

    [Fact]
    public void Any_bytes_give_a_declared_result_and_the_same_one_at_any_cut()
    {
        var random = new Random(Seed);
        var seen = new HashSet<MqttViolation>();
        for (int round = 0; round < 60_000; round++)
        {
            var (name, version, bytes, _) = Samples.All[random.Next(Samples.All.Length)];
            byte[] damaged = Damage(random, bytes);
            string whole;
            try
            {
                whole = PacketText.Read(damaged, version);
                string pieces = round % 3 == 0 ? PacketText.Read(Sequences.ByteByByte(damaged), version)
                    : PacketText.Read(Sequences.Split(damaged, random.Next(damaged.Length + 1)), version);
                Assert.Equal(whole, pieces);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {Seed}, round {round}, {name}: {Convert.ToHexString(damaged)}", e);
            }
            if (Enum.TryParse<MqttViolation>(whole.Split('\n')[^1], out var violation))
                seen.Add(violation);
        }

        // The damage is deep enough to reach most of what can be wrong.
        Assert.True(seen.Count > 25, $"only {string.Join(", ", seen)}");
    }

    private static byte[] Damage(Random random, byte[] bytes)
    {
        var damaged = bytes.ToList();
        for (int times = random.Next(1, 4); times > 0 && damaged.Count > 0; times--)
        {
            int at = random.Next(damaged.Count);
            switch (random.Next(6))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    damaged.RemoveAt(at);
                    break;
                case 3:
                    damaged.Insert(at, (byte)random.Next(256));
                    break;
                case 4:
                    damaged.RemoveRange(at, random.Next(damaged.Count - at));
                    break;
                default:
                    // The remaining length is put right again, so that the damage reaches the fields.
                    if (damaged.Count is > 2 and < 130)
                        damaged[1] = (byte)(damaged.Count - 2);
                    break;
            }
        }
        return [.. damaged];
    }
}
