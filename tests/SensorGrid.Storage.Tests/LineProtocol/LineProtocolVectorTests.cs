using System.Buffers;
using System.Text;
using SensorGrid.Storage.LineProtocol;

namespace SensorGrid.Storage.Tests.LineProtocol;

/// <summary>The published corpus judges the oracle, and the oracle judges the writer.</summary>
public class LineProtocolVectorTests
{
    public static TheoryData<string> Strict => [.. LineProtocolVector.Lines.Where(vector => vector.Dialect == "strict").Select(vector => vector.Name)];

    public static TheoryData<string> WithPoints => [.. LineProtocolVector.Lines.Where(vector => vector.Points is { Count: > 0 }).Select(vector => vector.Name)];

    [Fact]
    public void The_file_holds_225_samples_of_lines()
    {
        Assert.Equal(225, LineProtocolVector.Lines.Count);
        Assert.Equal(208, Strict.Count);
    }

    [Theory, MemberData(nameof(Strict))]
    public void The_oracle_reads_each_sample_as_published(string name)
    {
        var vector = LineProtocolVector.Lines.Single(vector => vector.Name == name);

        var read = LineProtocolOracle.TryParse(vector.Input, vector.Precision);

        Assert.Equal(Show(vector.Points), Show(read));
    }

    [Theory, MemberData(nameof(WithPoints))]
    public void The_writer_writes_each_published_point_so_that_it_is_read_as_the_same(string name)
    {
        var points = LineProtocolVector.Lines.Single(vector => vector.Name == name).Points!;
        // VictoriaMetrics alone reads a line without a measurement; we never write one.
        var writable = points.Where(point => point.Name.Length > 0).ToList();
        var into = new ArrayBufferWriter<byte>();
        foreach (var point in writable)
            Write(into, point);

        var read = LineProtocolOracle.Parse(into.WrittenSpan.ToArray());

        Assert.Equal(Show(writable.Select(AsCarried)), Show(read));
    }

    internal static void Write(IBufferWriter<byte> into, OraclePoint point)
    {
        var line = new LineProtocolWriter(into);
        line.Measurement(point.Name);
        foreach (var (key, value) in point.Tags)
            line.Tag(key, value);
        foreach (var (key, value) in point.Fields)
        {
            switch (value)
            {
                case double number: line.Field(key, number); break;
                case long whole: line.Field(key, whole); break;
                case ulong positive: line.Field(key, positive); break;
                case bool flag: line.Field(key, flag); break;
                case string text: line.TextField(key, Encoding.UTF8.GetBytes(text)); break;
            }
        }
        line.EndLine(point.Time ?? 0);
    }

    /// <summary>What a point becomes because names cannot carry everything, said once more and differently from the writer.</summary>
    internal static OraclePoint AsCarried(OraclePoint point) => new(
        Carried(point.Name),
        [.. point.Tags.Where(tag => tag.Value.Length > 0).Select(tag => (Carried(tag.Key), Carried(tag.Value)))],
        [.. point.Fields.Select(field => (Carried(field.Key), field.Value))],
        point.Time ?? 0);

    internal static string Carried(string name) => string.Concat(name.Select(sign => char.IsAscii(sign) && char.IsControl(sign) ? '_' : sign == '\\' ? '/' : sign));

    internal static string Show(IEnumerable<OraclePoint>? points) => points is null ? "error" : string.Join('\n', points.Select(point =>
        $"{point.Name}|{string.Join(',', point.Tags.Order().Select(tag => $"{tag.Key}={tag.Value}"))}|"
        + $"{string.Join(',', point.Fields.Select(field => $"{field.Key}={field.Value.GetType().Name}:{FormattableString.Invariant($"{field.Value}")}"))}|{point.Time}"));
}
