using System.Buffers;
using System.Text;
using CsCheck;
using SensorGrid.Storage.LineProtocol;

namespace SensorGrid.Storage.Tests.LineProtocol;

public class LineProtocolWriterTests
{
    // Signs that mean something to some reader, beside ordinary ones and Chinese.
    private static readonly Gen<string> Names = Signs(",= \\\"\t\n\r\0#\u007f/a1z水位🌊", 1, 12);

    private static readonly Gen<object> Values = Gen.OneOf<object>(
        Gen.Double.Where(double.IsFinite).Select(value => (object)value),
        Gen.Long.Select(value => (object)value),
        Gen.ULong.Select(value => (object)value),
        Gen.Bool.Select(value => (object)value),
        Signs("\"\\nrt, =\n\r\t\0水🌊z", 0, 20).Select(text => (object)text));

    private static readonly Gen<OraclePoint> Points = Gen.Select(
        Names.Where(name => name[0] is not '#'),
        Gen.Select(Names, Names).Array[0, 5],
        Gen.Select(Names, Values).Array[1, 5],
        Gen.Long[-9223372036854775806, 9223372036854775806],
        (name, tags, fields, time) => new OraclePoint(
            name, [.. tags.DistinctBy(tag => LineProtocolVectorTests.Carried(tag.Item1))], [.. fields], time));

    [Fact]
    public void Whatever_is_written_is_read_as_the_same_by_an_independent_reader() => Points.Array[1, 4].Sample(
        points =>
        {
            var into = new ArrayBufferWriter<byte>();
            foreach (var point in points)
                LineProtocolVectorTests.Write(into, point);
            var read = LineProtocolOracle.Parse(into.WrittenSpan.ToArray());
            return LineProtocolVectorTests.Show(points.Select(LineProtocolVectorTests.AsCarried)) == LineProtocolVectorTests.Show(read);
        },
        iter: 20_000, threads: 1);

    [Fact]
    public void Each_kind_of_field_has_its_own_form()
    {
        string line = Write((ref line) =>
        {
            line.Measurement("m,1 =x");
            line.Tag("k,=", "v =,");
            line.Tag("empty", "");
            line.Field("f", 4d);
            line.Field("small", 1e-7);
            line.Field("i", -4L);
            line.Field("u", ulong.MaxValue);
            line.Field("b", true);
            line.TextField("s", "say \"\\\" in\ntwo lines"u8);
            line.EndLine(-1);
        });

        Assert.Equal("m\\,1\\ =x,k\\,\\==v\\ \\=\\, f=4,small=1E-07,i=-4i,u=18446744073709551615u,b=true,s=\"say \\\"\\\\\\\" in\ntwo lines\" -1\n", line);
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.Equal("a\ufffdb x=1 0\n", Write((ref line) =>
        {
            line.Measurement("a\ud800b");
            line.Field("x", 1d);
            line.EndLine(0);
        }));

    [Fact]
    public void Nothing_is_allocated_for_a_line()
    {
        var into = new ArrayBufferWriter<byte>(1 << 16);
        byte[] text = Encoding.UTF8.GetBytes("water over the \"gauge\"");
        void WriteOne()
        {
            into.ResetWrittenCount();
            var line = new LineProtocolWriter(into);
            line.Measurement("reading");
            line.Tag("station", "bridge 桥,1");
            line.Field("value", 1.25);
            line.TextField("value_text", text);
            line.EndLine(1);
        }
        WriteOne();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            WriteOne();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Gen<string> Signs(string from, int least, int most)
    {
        string[] signs = [.. from.EnumerateRunes().Select(rune => rune.ToString())];
        return Gen.Int[0, signs.Length - 1].Array[least, most].Select(chosen => string.Concat(chosen.Select(sign => signs[sign])));
    }

    private delegate void WriteLine(ref LineProtocolWriter line);

    private static string Write(WriteLine write)
    {
        var into = new ArrayBufferWriter<byte>();
        var line = new LineProtocolWriter(into);
        write(ref line);
        return Encoding.UTF8.GetString(into.WrittenSpan);
    }
}
