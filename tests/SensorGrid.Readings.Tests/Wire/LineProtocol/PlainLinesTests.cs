using System.Text;
using CsCheck;
using SensorGrid.Readings.Wire.LineProtocol;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.LineProtocol;

/// <summary>The short way through a body takes nothing that the long one reads differently.</summary>
public sealed class PlainLinesTests
{
    private const string Times = " 1778572800000000999";

    private static readonly Gen<string> Part = Gen.OneOf("pump", "p", "site", "a.b-c_d", "9", "k", "host", "gw-1");
    private static readonly Gen<string> OddPart = Gen.OneOf("", "a/b", "a:b", "a\\ b", "温度", "_x", "#p", "a=b", new string('n', 120));
    private static readonly Gen<string> Value = Gen.OneOf("1", "-1", "0", "-0", "-0.0", "1.25", "007", "3i", "-3i", "7u", "t", "F", "true", "TRUE", "false", "\"\"", "\"open\"", "\"a b\"", "\"温\"",
        "\"x,y=2\"", "1234567890.123456789", "99999999999999999999", "123456789012345678i", "9007199254740993");
    private static readonly Gen<string> OddValue = Gen.OneOf("", "1.", ".5", "+1", "1e3", "-", "-3u", "i", "tr", "\"", "\"a", "\"a\\\"b\"", "\"a\nb\"", "\"a b\" 1", "9223372036854775808i", "1 2", "nan");
    private static readonly Gen<string> Time = Gen.OneOf("", Times, " 0", " -5", " 9223372036854775806", " 17", "");
    private static readonly Gen<string> OddTime = Gen.OneOf(" 9223372036854775807", " +5", " 1.5", "  5", " 5 ", " ", " -", " 99999999999999999999");
    private static readonly Gen<string> End = Gen.OneOf("\n", "\n", "\n", "\r\n");
    private static readonly Gen<string> OddEnd = Gen.OneOf("", "\n\n", "\r", "\n# no more\n", "\n ");

    private static readonly Gen<string> Line =
        from measurement in Mostly(Part, OddPart)
        from tags in Gen.Select(Mostly(Part, OddPart), Mostly(Part, OddPart)).Array[0, 3]
        from isSorted in Gen.Int[0, 9]
        from fields in Gen.Select(Mostly(Part, OddPart), Mostly(Value, OddValue)).Array[1, 4]
        from time in Mostly(Time, OddTime)
        from end in Mostly(End, OddEnd)
        select measurement + string.Concat((isSorted == 0 ? tags : [.. tags.DistinctBy(tag => tag.Item1).OrderBy(tag => tag.Item1, StringComparer.Ordinal)]).Select(tag => $",{tag.Item1}={tag.Item2}"))
            + " " + string.Join(',', fields.Select(field => $"{field.Item1}={field.Item2}")) + time + end;

    [Fact]
    public void Both_ways_read_the_same_whatever_comes()
    {
        int plain = 0, others = 0;
        Line.Array[1, 4].Sample(lines =>
        {
            bool isPlain = AssertAlike(Encoding.UTF8.GetBytes(string.Concat(lines)));
            Interlocked.Add(ref plain, isPlain ? 1 : 0);
            Interlocked.Add(ref others, isPlain ? 0 : 1);
        }, iter: 30_000);
        // Neither would say much of the other were it rare.
        Assert.InRange(plain, 3_000, 27_000);
        Assert.InRange(others, 3_000, 27_000);
    }

    [Fact]
    public void Published_samples_are_read_the_same_cut_anywhere()
    {
        int plain = 0;
        foreach (var vector in LineVector.All)
        {
            for (int length = 0; length <= vector.Input.Length; length++)
                plain += AssertAlike(vector.Input.AsSpan(0, length)) ? 1 : 0;
        }
        Assert.InRange(plain, 50, int.MaxValue);
    }

    [Fact]
    public void What_a_plain_sender_writes_is_taken_the_short_way()
    {
        foreach (string body in (string[])
            [
                "pump,area=north,host=gw-0 level=1.25,on=t,count=3i,state=\"open\"" + Times + "\npump,area=north,host=gw-1 level=1.5" + Times + "\n",
                "pump level=1.25",
                "pump level=1.25\r\npump level=2\r\n",
                "pump b=1,a=2,c=3",
                "pump note=\"湛江, 赤坎 = wet\" 17",
            ])
            Assert.True(AssertAlike(Encoding.UTF8.GetBytes(body)), body);
    }

    [Theory]
    [InlineData("pump level=1,level=2")]
    [InlineData("pump,b=1,a=2 level=1")]
    [InlineData("pump,a=1,a=2 level=1")]
    [InlineData("pump,a= level=1")]
    [InlineData("pump level=1 5\n\npump level=2")]
    [InlineData("pump,path=/var level=1")]
    public void The_rest_is_left_to_the_long_way(string body) => Assert.False(AssertAlike(Encoding.UTF8.GetBytes(body)), body);

    [Fact]
    public void A_name_of_a_pack_with_a_slash_of_its_own_is_no_field_of_a_line()
    {
        var table = new DatastreamTable();
        Assert.True(table.TryIntern(new("gw", "pump/a/b"), out var ofPack));
        Assert.True(table.TryIntern(new("gw", "pump:x/c"), out var other));
        var batch = new ReadingBatch();
        var reader = new LinePayloadReader();
        // After the first, the second is what follows.
        Assert.True(table.ForGateway("gw").TryResolve("pump/a/b"u8, out _) && table.ForGateway("gw").TryResolve("pump:x/c"u8, out _) && table.ForGateway("gw").TryResolve("pump/a/b"u8, out _));
        foreach (string body in (string[])["pump a/b=1", "pump=x c=1", "pump:x c=1"])
        {
            batch.Clear();
            Assert.True(reader.Read(Encoding.UTF8.GetBytes(body), Some.Ticks, table.ForGateway("gw"), batch).IsRead);
            Assert.NotEqual(ofPack, batch.Readings[0].Datastream);
            Assert.NotEqual(other, batch.Readings[0].Datastream);
        }
    }

    [Fact]
    public void An_unknown_name_is_named_once_and_taken_the_short_way_then()
    {
        var gateway = new DatastreamTable().ForGateway("gw");
        var batch = new ReadingBatch();
        Assert.False(PlainLines.TryRead("pump level=1,flow=2"u8, Some.Ticks, gateway, batch));
        Assert.Equal(0, batch.Count);
        Assert.True(new LinePayloadReader().Read("pump level=1,flow=2"u8, Some.Ticks, gateway, batch).IsRead);
        batch.Clear();
        Assert.True(PlainLines.TryRead("pump flow=2,level=1"u8, Some.Ticks, gateway, batch));
        Assert.Equal([2, 1], batch.Readings.ToArray().Select(reading => reading.Value));
    }

    // Whether it went the short way, its names being known.
    private static bool AssertAlike(ReadOnlySpan<byte> body)
    {
        DatastreamTable shortTable = new(), longTable = new();
        ReadingBatch shortBatch = new(), longBatch = new();
        var longWay = new LinePayloadReader(triesPlain: false);
        longWay.Read(body, Some.Ticks, shortTable.ForGateway("gw"), new());
        longWay.Read(body, Some.Ticks, longTable.ForGateway("gw"), new());
        int known = longTable.Count;
        var other = longWay.Read(body, Some.Ticks, longTable.ForGateway("gw"), longBatch);
        var one = new LinePayloadReader().Read(body, Some.Ticks, shortTable.ForGateway("gw"), shortBatch);

        Assert.Equal(other, one);
        Assert.Equal(Shown(longBatch, longTable), Shown(shortBatch, shortTable));
        Assert.Equal((known, known), (longTable.Count, shortTable.Count));
        shortBatch.Clear();
        bool isPlain = PlainLines.TryRead(body, Some.Ticks, shortTable.ForGateway("gw"), shortBatch);
        Assert.True(!isPlain || one.IsRead);
        Assert.True(isPlain || shortBatch.Count == 0);
        return isPlain;
    }

    // Equal doubles may differ in the sign of zero, and handles of texts say where they lie.
    private static List<(string, long, ReadingKind, long, string, Quality, byte, ReadingFlags)> Shown(ReadingBatch batch, DatastreamTable table)
    {
        var shown = new List<(string, long, ReadingKind, long, string, Quality, byte, ReadingFlags)>();
        foreach (var reading in batch.Readings)
        {
            bool isText = reading.Kind == ReadingKind.Text;
            shown.Add((table.KeyOf(reading.Datastream).Name, reading.ObservedAtTicks, reading.Kind, isText ? 0 : BitConverter.DoubleToInt64Bits(reading.Value),
                isText ? batch.GetText(reading) : "", reading.Quality, reading.Unit, reading.Flags));
        }
        return shown;
    }

    private static Gen<string> Mostly(Gen<string> plain, Gen<string> odd) => Gen.Frequency((14, plain), (1, odd));
}
