using System.Formats.Cbor;
using System.Text.Json;
using CsCheck;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>The short way through a pack in CBOR against the long one.</summary>
public sealed class PlainCborPackTests
{
    [Fact]
    public void Gives_what_the_long_way_gives_for_packs_of_all_kinds()
    {
        int plain = 0, packs = 0;
        Gen.Select(PlainPackTests.Packs, Gen.Int).Sample(
            (json, seed) =>
            {
                if (Translate(json, seed) is not { } pack)
                    return;
                PlainPackTests.AssertAlike(pack);
                Interlocked.Increment(ref packs);
                if (IsPlain(pack))
                    Interlocked.Increment(ref plain);
            },
            iter: 40_000);
        Assert.True(packs > 15_000 && plain >= 20, $"{plain} of {packs} went the short way.");
    }

    [Fact]
    public void Gives_what_the_long_way_gives_when_bytes_are_changed_dropped_and_doubled() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 2], Gen.Int[0, 10_000], Gen.Byte).Sample(
            (records, kind, place, value) =>
            {
                var bytes = Written(records, hasBase: place % 2 == 0).ToList();
                place %= bytes.Count;
                if (kind == 0)
                    bytes[place] = value;
                else if (kind == 1)
                    bytes.RemoveAt(place);
                else
                    bytes.Insert(place, bytes[place]);
                PlainPackTests.AssertAlike([.. bytes]);
            },
            iter: 40_000);

    [Fact]
    public void Gives_what_the_long_way_gives_for_every_beginning_of_a_pack()
    {
        byte[] pack = Written(3, hasBase: true);
        for (int length = 0; length <= pack.Length; length++)
            PlainPackTests.AssertAlike(pack.AsSpan(0, length));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(1000, true)]
    public void Takes_what_encoders_write(int records, bool hasBase) => Assert.True(IsPlain(Written(records, hasBase)));

    [Theory]
    [InlineData("81A30062643206 1A6955B90002 01")] // d2, which is not known
    [InlineData("9FA30062643006 1A6955B90002 01FF")] // no stated length
    [InlineData("81BF0062643006 1A6955B90002 01FF")]
    [InlineData("81A40062643006 1A6955B90002 010201")] // a value twice
    [InlineData("81A30062643006 1A6955B90003 6161")] // a text
    [InlineData("81A20062643002 01")] // a time relative to its arrival
    [InlineData("81A4006264300163 6C61740619010002 01")] // half of a position
    [InlineData("81A400626430 01626D6D 061A6955B90002 01")] // a secondary unit, and the version does not say so
    [InlineData("81A30062643006 1A6955B90002 F97C00")] // infinity
    [InlineData("81A30062643006 1A6955B90002 0100")] // more after the end
    [InlineData("80")]
    public void Leaves_the_rest_to_the_long_way_and_names_no_datastream(string hex)
    {
        byte[] pack = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var table = PlainPackTests.TableOfKnown();
        int before = table.Count;
        Assert.False(IsPlain(pack, table));
        Assert.Equal(before, table.Count);
        PlainPackTests.AssertAlike(pack);
    }

    /// <summary>The name that followed last time is compared in words, and so is the unit: at no place may a byte go unseen, however long the two parts of a name are.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public void Sees_every_byte_of_a_name_and_of_a_unit(int prefix)
    {
        foreach (int length in (int[])[1, 2, 3, 6, 7, 8, 9, 10, 16, 22, 23, 24, 25])
        {
            const string Letters = "qwertzuiopasdfghjklyxcvbnmQWERTZUIOPASDFGHJKL";
            string first = Letters[..prefix], second = Letters[^length..];
            byte[] pack = TwoRecords(first, second, length % 2 == 0 ? "m" : "W/m2");
            for (int at = 0; at < pack.Length; at++)
            {
                byte[] changed = [.. pack];
                changed[at] ^= 1;
                PlainPackTests.AssertAlike(changed, () => Learned(pack, first + second));
            }
        }
    }

    // The second time a pack comes, each of its names is the one that followed before.
    private static DatastreamTable Learned(byte[] pack, string name)
    {
        var table = new DatastreamTable();
        var gateway = table.ForGateway("gw");
        Assert.True(gateway.TryIntern(name + "1", out var first));
        Assert.True(gateway.TryIntern(name + "2", out var second));
        for (int i = 0; i < 2; i++)
        {
            var batch = new ReadingBatch();
            Assert.True(PlainCborPack.TryRead(pack, gateway, ReadingFlags.None, batch));
            Assert.Equal([first, second], batch.Readings.ToArray().Select(reading => reading.Datastream));
            Assert.Single(batch.Readings.ToArray().Select(reading => reading.Unit).Distinct());
        }
        return table;
    }

    private static byte[] TwoRecords(string prefix, string name, string unit)
    {
        var writer = new CborWriter();
        writer.WriteStartArray(2);
        for (int i = 1; i <= 2; i++)
        {
            writer.WriteStartMap(i == 1 ? 6 : 4);
            if (i == 1)
            {
                writer.WriteInt32(-2);
                writer.WriteTextString(prefix);
                writer.WriteInt32(-3);
                writer.WriteInt32(1_767_225_600);
            }
            writer.WriteInt32(0);
            writer.WriteTextString($"{name}{i}");
            writer.WriteInt32(1);
            writer.WriteTextString(unit);
            writer.WriteInt32(2);
            writer.WriteDouble(1.5);
            writer.WriteInt32(6);
            writer.WriteInt32(i);
            writer.WriteEndMap();
        }
        writer.WriteEndArray();
        return writer.Encode();
    }

    // Null where the JSON is none, or CBOR cannot say the same.
    private static byte[]? Translate(string json, int seed)
    {
        try
        {
            return CborPack.Of(json, seed % 2 == 0 ? new Usual() : new Random(seed));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsPlain(ReadOnlySpan<byte> pack, DatastreamTable? table = null)
    {
        var batch = new ReadingBatch();
        bool isPlain = PlainCborPack.TryRead(pack, (table ?? PlainPackTests.TableOfKnown()).ForGateway("gw"), ReadingFlags.None, batch);
        Assert.Equal(isPlain, batch.Count > 0);
        return isPlain;
    }

    // Chooses what encoders usually do: lengths stated, strings in one piece, doubles.
    private sealed class Usual : Random
    {
        public override int Next(int maxValue) => maxValue == 2 ? 0 : maxValue - 1;
    }

    // By somebody else's writer: names known to the table, numbers of every width.
    private static byte[] Written(int records, bool hasBase)
    {
        object[] values = [1.5, -300L, 2.5f, (Half)0.25, 70_000L, 5_000_000_000L, 21.37];
        var writer = new CborWriter();
        writer.WriteStartArray(records);
        for (int i = 0; i < records; i++)
        {
            bool isFirst = i == 0;
            writer.WriteStartMap(isFirst && hasBase ? 7 : 4);
            if (isFirst && hasBase)
            {
                writer.WriteInt32(-1);
                writer.WriteInt32(26);
                writer.WriteInt32(-2);
                writer.WriteTextString("st:");
                writer.WriteInt32(-3);
                writer.WriteDouble(1767225600.25);
            }
            writer.WriteInt32(0);
            writer.WriteTextString($"d{i % 2}");
            writer.WriteInt32(1);
            writer.WriteTextString(hasBase ? "mm" : "m");
            writer.WriteInt32(6);
            if (hasBase)
                writer.WriteInt32(-i);
            else
                writer.WriteInt64(1_767_225_600 + i);
            writer.WriteInt32(2);
            switch (values[i % values.Length])
            {
                case double wide:
                    writer.WriteDouble(wide);
                    break;
                case float narrow:
                    writer.WriteSingle(narrow);
                    break;
                case Half half:
                    writer.WriteHalf(half);
                    break;
                case long whole:
                    writer.WriteInt64(whole);
                    break;
            }
            writer.WriteEndMap();
        }
        writer.WriteEndArray();
        return writer.Encode();
    }
}
