using System.Text;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>Every limit, at it and one beyond, and what a hostile sender tries.</summary>
public class SenMlJsonReaderLimitTests
{
    private readonly SenMlReader reader = new();

    [Fact]
    public void A_pack_has_at_most_a_thousand_records()
    {
        string record = "{\"n\":\"a\",\"v\":1}";
        Assert.Equal(SenMlError.None, Read($"[{string.Join(',', Enumerable.Repeat(record, 1000))}]"));
        Assert.Equal(1000, reader.Records.Length);
        Assert.Equal(SenMlError.TooManyRecords, Read($"[{string.Join(',', Enumerable.Repeat(record, 1001))}]"));
    }

    [Fact]
    public void Records_that_only_set_the_base_count_too() =>
        Assert.Equal(SenMlError.TooManyRecords, Read($"[{string.Join(',', Enumerable.Repeat("{\"bn\":\"a\"}", 1001))}]"));

    [Fact]
    public void A_record_has_at_most_64_labels()
    {
        string Labels(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"x{i}\":0"));
        Assert.Equal(SenMlError.None, Read($"[{{\"n\":\"a\",\"v\":1,{Labels(62)}}}]"));
        Assert.Equal(SenMlError.TooManyFields, Read($"[{{\"n\":\"a\",\"v\":1,{Labels(63)}}}]"));
    }

    [Theory]
    [InlineData(255, 0, SenMlError.None), InlineData(0, 255, SenMlError.None), InlineData(100, 155, SenMlError.None)]
    [InlineData(256, 0, SenMlError.NameTooLong), InlineData(0, 256, SenMlError.NameTooLong), InlineData(100, 156, SenMlError.NameTooLong)]
    public void A_resolved_name_has_at_most_255_bytes(int baseName, int name, SenMlError error) =>
        Assert.Equal(error, Read($"[{{\"bn\":\"{new string('b', baseName)}\",\"n\":\"{new string('n', name)}\",\"v\":1}}]"));

    [Theory, InlineData(64, SenMlError.None), InlineData(65, SenMlError.StringTooLong)]
    public void A_unit_has_at_most_64_bytes(int length, SenMlError error) =>
        Assert.Equal(error, Read($"[{{\"n\":\"a\",\"v\":1,\"u\":\"{new string('u', length)}\"}}]"));

    [Theory, InlineData("x", 4096, SenMlError.None), InlineData("x", 4097, SenMlError.StringTooLong)]
    [InlineData("\\u4e2d", 1365, SenMlError.None), InlineData("\\u4e2d", 1366, SenMlError.StringTooLong)]
    [InlineData("\u4e2d", 1365, SenMlError.None), InlineData("\u4e2d", 1366, SenMlError.StringTooLong)]
    public void A_string_has_at_most_4096_bytes_without_its_escapes(string sign, int count, SenMlError error) =>
        Assert.Equal(error, Read($"[{{\"n\":\"a\",\"vs\":\"{string.Concat(Enumerable.Repeat(sign, count))}\"}}]"));

    [Theory, InlineData(16384, SenMlError.None), InlineData(16385, SenMlError.DataTooLong)]
    public void Data_has_at_most_16384_bytes_decoded(int length, SenMlError error) =>
        Assert.Equal(error, Read($"[{{\"n\":\"a\",\"vd\":\"{System.Buffers.Text.Base64Url.EncodeToString(new byte[length])}\"}}]"));

    [Fact]
    public void A_payload_has_at_most_65536_bytes()
    {
        string Blank(int length) => "[" + new string(' ', length - 2) + "]";
        Assert.Equal(SenMlError.None, Read(Blank(65536)));
        Assert.Equal(SenMlError.PayloadTooLarge, Read(Blank(65537)));
        Assert.Equal(SenMlError.PayloadTooLarge, reader.Read(Sequences.Split(Encoding.UTF8.GetBytes(Blank(65537)), 5), Some.Ticks));
    }

    [Theory, InlineData('['), InlineData('{')]
    public void A_hundred_thousand_levels_are_refused_without_going_down(char open)
    {
        string deep = open == '[' ? new string('[', 100_000) : string.Concat(Enumerable.Repeat("{\"a\":", 100_000));
        Assert.Equal(SenMlError.PayloadTooLarge, Read(deep));
        Assert.Equal(open == '[' ? SenMlError.TooDeep : SenMlError.NotArray, Read(deep[..60_000]));
        Assert.Equal(SenMlError.TooDeep, Read($"[{{\"n\":\"a\",\"v\":1,\"x\":{deep[..60_000]}"));
    }

    [Fact]
    public void A_string_of_ten_megabytes_is_refused_by_its_size_alone() =>
        Assert.Equal(SenMlError.PayloadTooLarge, Read($"[{{\"n\":\"a\",\"vs\":\"{new string('x', 10_000_000)}\"}}]"));

    [Fact]
    public void A_number_of_thirty_thousand_digits_is_a_number()
    {
        string digits = new('1', 30_000);
        Assert.Equal(SenMlError.NumberRange, Read($"[{{\"n\":\"a\",\"v\":{digits}}}]"));
        Assert.Equal(SenMlError.None, Read($"[{{\"n\":\"a\",\"v\":0.{digits}}}]"));
        Assert.Equal(1.0 / 9, reader.Records[0].Number);
        Assert.Equal(SenMlError.None, Read($"[{{\"n\":\"a\",\"v\":1,\"t\":-1.{digits}}}]"));
        Assert.Equal(Some.Ticks - 11_111_110, reader.Records[0].ObservedAtTicks);
        Assert.Equal(SenMlError.None, Read($"[{{\"n\":\"a\",\"v\":0e{digits},\"t\":0e{digits}}}]"));
        Assert.Equal(SenMlError.None, Read($"[{{\"n\":\"a\",\"v\":1e-{digits},\"t\":1e-{digits}}}]"));
        Assert.Equal(0, reader.Records[0].Number);
        Assert.Equal(SenMlError.NumberRange, Read($"[{{\"n\":\"a\",\"v\":1,\"t\":1e{digits}}}]"));
    }

    private SenMlError Read(string payload) => reader.Read(Encoding.UTF8.GetBytes(payload), Some.Ticks);
}
