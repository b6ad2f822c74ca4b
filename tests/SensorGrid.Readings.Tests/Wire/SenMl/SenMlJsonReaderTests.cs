using System.Text;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

public class SenMlJsonReaderTests
{
    private readonly SenMlReader reader = new();

    [Theory, MemberData(nameof(SenMlVector.JsonNames), MemberType = typeof(SenMlVector))]
    public void Reads_the_same_however_the_bytes_are_cut(string name)
    {
        byte[] payload = Encoding.UTF8.GetBytes(SenMlVector.Named(name).Input);
        var whole = ResolvedPack.Of(reader, reader.Read(payload, Some.Ticks));
        int position = reader.ErrorPosition;
        foreach (var split in Sequences.EverySplit(payload))
        {
            Assert.Equal(whole, ResolvedPack.Of(reader, reader.Read(split, Some.Ticks)));
            Assert.Equal(position, reader.ErrorPosition);
        }
        Assert.Equal(whole, ResolvedPack.Of(reader, reader.Read(Sequences.ByteByByte(payload), Some.Ticks)));
    }

    [Theory, MemberData(nameof(SenMlVector.JsonNames), MemberType = typeof(SenMlVector))]
    public void Reads_the_same_out_of_the_middle_of_a_larger_buffer(string name)
    {
        byte[] payload = Encoding.UTF8.GetBytes(SenMlVector.Named(name).Input);
        var whole = ResolvedPack.Of(reader, reader.Read(payload, Some.Ticks));
        byte[] larger = [.. "[{\"n\":\"z\",\"v\":9}"u8, .. payload, .. ",{\"n\":\"z\",\"v\":9}]]"u8];
        Assert.Equal(whole, ResolvedPack.Of(reader, reader.Read(larger.AsSpan(16, payload.Length), Some.Ticks)));
    }

    [Theory, MemberData(nameof(SenMlVector.JsonNames), MemberType = typeof(SenMlVector))]
    public void A_pack_cut_off_at_any_byte_is_refused(string name)
    {
        byte[] payload = Encoding.UTF8.GetBytes(SenMlVector.Named(name).Input.TrimEnd());
        for (int length = 0; length < payload.Length; length++)
        {
            var error = reader.Read(payload.AsSpan(0, length), Some.Ticks);
            Assert.NotEqual(SenMlError.None, error);
            Assert.Equal(0, reader.Records.Length);
            Assert.InRange(reader.ErrorPosition, 0, length);
        }
    }

    [Theory]
    [InlineData("", SenMlError.Json, 0)]
    [InlineData("  ", SenMlError.Json, 2)]
    [InlineData("foo", SenMlError.Json, 0)]
    [InlineData("\"a\"", SenMlError.NotArray, 3)]
    [InlineData("12", SenMlError.NotArray, 2)]
    [InlineData("[1]", SenMlError.Type, 1)]
    [InlineData("[null]", SenMlError.Type, 1)]
    [InlineData("[]x", SenMlError.Json, 2)]
    [InlineData("[],", SenMlError.Json, 2)]
    [InlineData("[{\"n\":\"a\",\"v\":1},]", SenMlError.Json, 17)]
    [InlineData("[{\"n\":\"a\",\"v\":1,}]", SenMlError.Json, 16)]
    [InlineData("[{\"n\":\"a\" \"v\":1}]", SenMlError.Json, 10)]
    [InlineData("[{n:1}]", SenMlError.Json, 2)]
    [InlineData("[{\"n\":\"a\",\"v\":NaN}]", SenMlError.Json, 14)]
    [InlineData("[{\"n\":\"a\",\"v\":Infinity}]", SenMlError.Json, 14)]
    [InlineData("[{\"n\":\"a\",\"v\":01}]", SenMlError.Json, 16)]
    [InlineData("[{\"n\":\"a\",\"v\":+1}]", SenMlError.Json, 14)]
    [InlineData("[{\"n\":\"a\",\"v\":.5}]", SenMlError.Json, 14)]
    [InlineData("[{\"n\":\"a\",\"v\":1.}]", SenMlError.Json, 16)]
    [InlineData("[{\"n\":\"a\",\"v\":1e}]", SenMlError.Json, 16)]
    [InlineData("[{\"n\":\"a\",\"v\":0x1}]", SenMlError.Json, 15)]
    [InlineData("[{\"n\":\"a\",\"v\":1e400}]", SenMlError.NumberRange, 14)]
    [InlineData("[{\"n\":\"a\",\"v\":-1e400}]", SenMlError.NumberRange, 14)]
    [InlineData("[{\"n\":\"a\",\"bv\":1.7e308,\"v\":1.7e308}]", SenMlError.NumberRange, 1)]
    [InlineData("[{\"n\":\"a\",\"v\":1,\"t\":1e11}]", SenMlError.NumberRange, 20)]
    [InlineData("[{\"n\":\"a\",\"v\":1,\"t\":-99999999999}]", SenMlError.NumberRange, 1)]
    [InlineData("[{\"n\":\"a\",\"v\":1,\"v\":1}]", SenMlError.DuplicateKey, 16)]
    [InlineData("[{\"n\":\"a\",\"v\":1,\"\\u0076\":1}]", SenMlError.DuplicateKey, 16)]
    [InlineData("[{\"n\":\"a\",\"v\":1,\"q\":1,\"q\":2}]", SenMlError.DuplicateKey, 22)]
    [InlineData("[{\"n\":\"a\",\"v\":1,\"q\":1,\"\\u0071\":2}]", SenMlError.DuplicateKey, 22)]
    [InlineData("[{\"n\":\"a\",\"v\":1,\"_\":1}]", SenMlError.MustUnderstand, 16)]
    [InlineData("[{\"n\":\"a\",\"v\":1,\"q\":[1,{\"a\":1}]}]", SenMlError.TooDeep, 20)]
    [InlineData("[{\"n\":\"a\",\"v\":[[1]]}]", SenMlError.TooDeep, 14)]
    [InlineData("[{\"n\":\"a\",\"v\":[1]}]", SenMlError.Type, 14)]
    [InlineData("[{\"n\":\"a\",\"v\":null}]", SenMlError.Type, 14)]
    [InlineData("[{\"n\":\"a\",\"vs\":\"\\ud800\"}]", SenMlError.Json, 23)]
    [InlineData("[{\"n\":\"a\",\"vs\":\"\\ud800\\u0041\"}]", SenMlError.Json, 29)]
    [InlineData("[{\"n\":\"a\",\"vs\":\"\\q\"}]", SenMlError.Json, 17)]
    [InlineData("[{\"n\":\"a\",\"vs\":\"\\u12g4\"}]", SenMlError.Json, 20)]
    [InlineData("[{\"n\":\"a\",\"vs\":\"line\nend\"}]", SenMlError.Json, 20)]
    [InlineData("[{\"n\":\"a\",\"bver\":1.0,\"v\":1}]", SenMlError.Type, 17)]
    [InlineData("[{\"n\":\"a\",\"bver\":-1,\"v\":1}]", SenMlError.Type, 17)]
    [InlineData("[{\"n\":\"a\",\"bver\":11,\"v\":1}]", SenMlError.UnsupportedVersion, 17)]
    [InlineData("[{\"n\":\"a\",\"bver\":99999999999999999999999,\"v\":1}]", SenMlError.UnsupportedVersion, 17)]
    [InlineData("[{\"bn\":\"a\"},{\"n\":\"b\",\"bver\":26,\"v\":1}]", SenMlError.VersionChange, 12)]
    [InlineData("[{\"n\":\"a\",\"vd\":\"a\"}]", SenMlError.Base64, 15)]
    [InlineData("[{\"n\":\"a\",\"vd\":\"ab=c\"}]", SenMlError.Base64, 15)]
    [InlineData("[{}]", SenMlError.NoValue, 1)]
    [InlineData("[{\"n\":\"a\",\"t\":5}]", SenMlError.NoValue, 1)]
    public void Names_the_error_and_where_it_is(string payload, SenMlError error, int position)
    {
        Assert.Equal(error, reader.Read(Encoding.UTF8.GetBytes(payload), Some.Ticks));
        Assert.Equal(position, reader.ErrorPosition);
        Assert.Equal(0, reader.Records.Length);
    }

    [Fact]
    public void Refuses_bytes_that_are_not_utf8_and_a_byte_order_mark()
    {
        Assert.Equal(SenMlError.Json, reader.Read([.. "[{\"n\":\"a\",\"vs\":\""u8, 0xC3, 0x28, .. "\"}]"u8], Some.Ticks));
        Assert.Equal(SenMlError.Json, reader.Read([0xEF, 0xBB, 0xBF, .. "[]"u8], Some.Ticks));
    }

    [Fact]
    public void A_pack_after_a_refused_one_starts_afresh()
    {
        reader.Read("[{\"bn\":\"old/\",\"bt\":1e9,\"bu\":\"m\",\"bv\":5,\"bs\":1,\"bver\":26,\"v\":1,\"vs\":\"\"}]"u8, Some.Ticks);
        Assert.Equal(SenMlError.None, reader.Read("[{\"n\":\"a\",\"v\":1}]"u8, Some.Ticks));
        Assert.Equal(
            new ResolvedPack(SenMlError.None, 10, [new("a", "", SenMlValueKind.Number, 1, "", null, null, Some.Ticks, true)]),
            ResolvedPack.Of(reader, SenMlError.None));
    }

    // A double near 1.3e9 seconds cannot hold these: they are added as decimals.
    [Theory]
    [InlineData("1320067464", "0.000001", 1_320_067_464_000_001)]
    [InlineData("1320067464.123456", "0.000001", 1_320_067_464_123_457)]
    [InlineData("1320067464.1234564", "0.0000002", 1_320_067_464_123_457)]
    [InlineData("1.320067464e9", "-0.000001", 1_320_067_463_999_999)]
    [InlineData("1320067464000000001e-9", "0", 1_320_067_464_000_000)]
    [InlineData("1320067464.00000050000000000000000001", "0", 1_320_067_464_000_001)]
    [InlineData("1320067464.00000049", "0", 1_320_067_464_000_001)]
    [InlineData("1320067464.00000044", "0", 1_320_067_464_000_000)]
    public void Adds_times_to_the_microsecond(string baseTime, string time, long microseconds)
    {
        byte[] payload = Encoding.UTF8.GetBytes($"[{{\"n\":\"a\",\"v\":1,\"bt\":{baseTime},\"t\":{time}}}]");
        Assert.Equal(SenMlError.None, reader.Read(payload, Some.Ticks));
        Assert.Equal(DateTime.UnixEpoch.Ticks + microseconds * 10, reader.Records[0].ObservedAtTicks);
    }

    [Fact]
    public void A_relative_time_counts_from_arrival_in_whole_microseconds()
    {
        reader.Read("[{\"n\":\"a\",\"v\":1},{\"n\":\"a\",\"v\":1,\"t\":-1.5}]"u8, Some.Ticks + 19);
        Assert.Equal(Some.Ticks + 10, reader.Records[0].ObservedAtTicks);
        Assert.Equal(Some.Ticks + 10 - 15_000_000, reader.Records[1].ObservedAtTicks);
    }

    [Fact]
    public void Sorts_by_time_and_keeps_the_order_of_equal_times()
    {
        var random = new Random(5);
        var json = new StringBuilder("[");
        for (int i = 0; i < 777; i++)
            json.Append(i == 0 ? "" : ",").Append("{\"n\":\"a\",\"v\":").Append(i).Append(",\"t\":-").Append(random.Next(50)).Append('}');
        Assert.Equal(SenMlError.None, reader.Read(Encoding.UTF8.GetBytes(json.Append(']').ToString()), Some.Ticks));
        var expected = ResolvedPack.Of(reader, SenMlError.None).Records.OrderBy(record => record.Ticks).ToList();
        reader.SortByTime();
        Assert.Equal(expected, ResolvedPack.Of(reader, SenMlError.None).Records);
        reader.SortByTime();
        Assert.Equal(expected, ResolvedPack.Of(reader, SenMlError.None).Records);
    }
}
