using System.Text;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>The reader against the oracle: on published packs, on packs made at random, and on both after random damage.</summary>
public class SenMlJsonReaderOracleTests
{
    private static readonly string[] Tokens =
    [
        "[", "]", "{", "}", ",", ":", "\"", "\\", "-", ".", "e", "E", "+", "0", "1", "9", "1e400", "-1e-400", "1e5", "0.1", "-0", "01", "NaN", "null", "true", "false",
        "\"n\"", "\"v\"", "\"t\"", "\"bt\"", "\"bn\"", "\"u\"", "\"bver\"", "\"vs\"", "\"vd\"", "\"vb\"", "\"s\"", "\"bs\"", "\"bv\"", "\"x\"", "\"x_\"", "\\u0061",
        "\\ud800", "\\ud83d\\ude00", "\u00e9", "\u4e2d", " ", "\n", "\0", "\u0001", "268435456", "268435455.9999995", "1276020076.0000005", "12345678901234567890123",
        "\"bver\":26,", "\"bt\":1e9,", "{\"a\":[1]}", "[[1]]", "{},", "\"v\":1", "99999999999", "100000000000", "9007199254740993", "0.30000000000000004", "1e22", "1e23",
    ];

    [Theory, MemberData(nameof(SenMlVector.JsonNames), MemberType = typeof(SenMlVector))]
    public void Agrees_on_published_packs(string name) => Check(new(), Encoding.UTF8.GetBytes(SenMlVector.Named(name).Input), "published");

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Agrees_on_packs_made_at_random(int seed)
    {
        var random = new Random(seed);
        var reader = new SenMlReader();
        int read = 0;
        for (int i = 0; i < 8_000; i++)
            read += Check(reader, Encoding.UTF8.GetBytes(RandomPack.Make(random)), $"seed {seed}, pack {i}") ? 1 : 0;
        // The generator is no use if it only makes packs that are refused, or none.
        Assert.InRange(read, 1_600, 7_200);
    }

    [Theory, InlineData(11), InlineData(12), InlineData(13)]
    public void Agrees_after_random_damage(int seed)
    {
        var random = new Random(seed);
        var reader = new SenMlReader();
        var seeds = SenMlVector.Json.Select(vector => Encoding.UTF8.GetBytes(vector.Input)).ToArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] pack = random.Next(3) == 0 ? Encoding.UTF8.GetBytes(RandomPack.Make(random)) : seeds[random.Next(seeds.Length)];
            for (int wounds = random.Next(1, 4); wounds > 0; wounds--)
                pack = Damage(random, pack);
            // What begins like CBOR is read as that.
            if (pack.Length == 0 || pack[0] is < 0x80 or > 0x9F)
                Check(reader, pack, $"seed {seed}, pack {i}");
        }
    }

    private static byte[] Damage(Random random, byte[] pack)
    {
        int at = random.Next(pack.Length + 1);
        int length = Math.Min(random.Next(1, 12), pack.Length - at);
        byte[] token = Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]);
        return random.Next(6) switch
        {
            0 => [.. pack[..at], .. pack[(at + length)..]],
            1 => [.. pack[..at], .. token, .. pack[at..]],
            2 => [.. pack[..at], .. token, .. pack[(at + length)..]],
            3 => [.. pack[..at], .. pack[Math.Max(0, at - random.Next(40))..at], .. pack[at..]],
            4 when at < pack.Length => [.. pack[..at], (byte)(pack[at] ^ (1 << random.Next(8))), .. pack[(at + 1)..]],
            5 when at < pack.Length => [.. pack[..at], (byte)random.Next(256), .. pack[(at + 1)..]],
            _ => pack[..at],
        };
    }

    private static bool Check(SenMlReader reader, byte[] payload, string which)
    {
        var expected = SenMlOracle.Resolve(payload, Some.Ticks + 7);
        var actual = ResolvedPack.Of(reader, reader.Read(payload, Some.Ticks + 7));
        bool right = expected is null ? actual.Error != SenMlError.None && actual.Records.Count == 0 : actual.Equals(expected);
        Assert.True(right, $"{which}\n{Encoding.UTF8.GetString(payload)}\nexpected {expected?.ToString() ?? "any error"}\nactual {actual}");
        return actual.Error == SenMlError.None;
    }
}
