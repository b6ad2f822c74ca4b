using System.Buffers;
using System.Text;
using CsCheck;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>The short way through a pack against the long one.</summary>
public sealed class PlainPackTests
{
    private static readonly string[] Known = ["d0", "d1", "st:d0", "st:d1", "st:"];

    private static readonly Gen<string> Names = Gen.OneOf("d0", "d1", "d1", "d0", "d2", "", "st:d0", "D0", "d\\u0030");
    private static readonly Gen<string> Units = Gen.OneOf("m", "m", "Cel", "mm", "hPa", "lat", "lon", "furlong", "");
    private static readonly Gen<string> Times = Gen.OneOf(
        "0", "1", "2.5", "-3", "-0", "0.1234565", "1767225600", "1767225600.123456", "1767225600.12345678901", "99999999999", "100000000000", "1e3", "00", "1.", ".5");

    private static readonly Gen<string> Values = Gen.OneOf(
        Gen.Double.Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)),
        Gen.Decimal[-1000, 1000].Select(value => Math.Round(value, 3).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Gen.OneOf(
            "0", "-0", "-0.0", "1.5", "2.3400000000000003", "1E5", "01", "-", "1.", "9007199254740993", "1234567890123456789", "12345678901234567890", "18446744073709551617",
            "0.00000000000000000001", "true", "\"1\""));

    private static readonly Gen<string> Fields =
        Gen.Select(Gen.Shuffle(new[] { 0, 1, 2, 3 }), Gen.Int[1, 4], Names, Units, Times, Values, (order, count, name, unit, time, value) =>
            string.Join(',', order.Take(count).Select(field => field switch
            {
                0 => $"\"n\":\"{name}\"",
                1 => $"\"u\":\"{unit}\"",
                2 => $"\"t\":{time}",
                _ => $"\"v\":{value}",
            })));

    private static readonly Gen<string> Bases = Gen.Select(
        Gen.OneOf("", "", "\"bver\":26,", "\"bver\":10,"), Gen.OneOf("", "\"bn\":\"st:\",", "\"bn\":\"\",", "\"bn\":\"st\","),
        Gen.OneOf("", "\"bt\":1767225600.25,", "\"bt\":1767225600,", "\"bt\":5,"), (version, name, time) => version + name + time);

    internal static readonly Gen<string> Packs = Gen.Select(Bases, Fields.Array[1, 5], (bases, fields) => $"[{{{bases}{string.Join("},{", fields)}}}]");

    [Fact]
    public void Gives_what_the_long_way_gives_for_packs_of_all_kinds() => Packs.Sample(pack => AssertAlike(Encoding.UTF8.GetBytes(pack)), iter: 20_000);

    [Fact]
    public void Gives_what_the_long_way_gives_when_bytes_are_changed_dropped_and_doubled() =>
        Gen.Select(Packs, Gen.Int[0, 2], Gen.Int[0, 10_000], Gen.Byte).Sample(
            (pack, kind, place, value) =>
            {
                var bytes = Encoding.UTF8.GetBytes(pack).ToList();
                place %= bytes.Count;
                if (kind == 0)
                    bytes[place] = value;
                else if (kind == 1)
                    bytes.RemoveAt(place);
                else
                    bytes.Insert(place, bytes[place]);
                AssertAlike([.. bytes]);
            },
            iter: 20_000);

    [Fact]
    public void Gives_what_the_long_way_gives_for_every_beginning_of_a_pack()
    {
        byte[] pack = Encoding.UTF8.GetBytes("""[{"bver":26,"bn":"st:","bt":1767225600.25,"n":"d0","t":1,"u":"mm","v":-1.25},{"n":"d1","u":"mm","v":3,"t":2}]""");
        for (int length = 0; length <= pack.Length; length++)
            AssertAlike(pack.AsSpan(0, length));
    }

    [Theory]
    [InlineData("""[{"n":"d0","u":"m","t":1767225600,"v":2.5}]""")]
    [InlineData("""[{"bt":1767225600,"n":"d0","v":2.5},{"v":1,"n":"d1","t":0.5}]""")]
    [InlineData("""[{"bver":26,"bn":"st:","bt":1767225600,"n":"d0","u":"hPa","v":1013.25},{"n":"d1","u":"m","v":-0.001}]""")]
    public void Takes_what_gateways_send(string pack) => Assert.True(IsPlain(Encoding.UTF8.GetBytes(pack)));

    [Fact]
    public void Takes_what_our_writer_writes()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new SenMlJsonWriter(output);
        writer.Begin("st:"u8, Some.Ticks, secondaryUnits: true);
        writer.WriteNumber("d0"u8, Some.Ticks, 1.25, UnitRegistry.IdOf("mm"));
        writer.WriteNumber("d1"u8, Some.Ticks + 10, 3);
        writer.End();
        Assert.True(IsPlain(output.WrittenSpan), Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("""[{"n":"d2","t":1767225600,"v":2.5}]""")]
    [InlineData("""[{"n":"d0","t":1767225600,"v":2.5} ]""")]
    [InlineData("""[{"n":"d0","t":1767225600,"v":2.5,"v":2.5}]""")]
    [InlineData("""[{"n":"d0","t":1767225600}]""")]
    [InlineData("""[{"n":"d0","t":10,"v":2.5}]""")]
    public void Leaves_the_rest_to_the_long_way_and_names_no_datastream(string pack)
    {
        var table = TableOfKnown();
        int before = table.Count;
        Assert.False(IsPlain(Encoding.UTF8.GetBytes(pack), table));
        Assert.Equal(before, table.Count);
    }

    private static bool IsPlain(ReadOnlySpan<byte> pack, DatastreamTable? table = null)
    {
        var batch = new ReadingBatch();
        bool isPlain = PlainPack.TryRead(pack, (table ?? TableOfKnown()).ForGateway("gw"), ReadingFlags.None, batch);
        Assert.Equal(isPlain, batch.Count > 0);
        return isPlain;
    }

    internal static void AssertAlike(ReadOnlySpan<byte> pack) => AssertAlike(pack, TableOfKnown);

    internal static void AssertAlike(ReadOnlySpan<byte> pack, Func<DatastreamTable> known)
    {
        Assert.True(TelemetryTopic.TryParse("sensorgrid/v1/water/gw/backlog", out var topic));
        DatastreamTable shortTable = known(), longTable = known();
        ReadingBatch shortBatch = new(), longBatch = new();
        var one = new PayloadDecoder(triesPlain: true).Decode(topic, pack, Some.Ticks, shortTable.ForGateway("gw"), shortBatch);
        var other = new PayloadDecoder(triesPlain: false).Decode(topic, pack, Some.Ticks, longTable.ForGateway("gw"), longBatch);
        Assert.Equal(other, one);
        Assert.Equal(longBatch.Readings.ToArray().Select(Bits), shortBatch.Readings.ToArray().Select(Bits));
        Assert.Equal(longTable.Count, shortTable.Count);
    }

    // Equal doubles may differ in the sign of zero.
    private static (Reading, long) Bits(Reading reading) => (reading, BitConverter.DoubleToInt64Bits(reading.Value));

    internal static DatastreamTable TableOfKnown()
    {
        var table = new DatastreamTable();
        foreach (string name in Known)
            Assert.True(table.TryIntern(new("gw", name), out _));
        return table;
    }
}
