using System.Text;
using System.Text.Json;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>The published packs, as their sources print them.</summary>
public class SenMlVectorTests
{
    [Fact]
    public void The_file_holds_forty_packs_in_json_and_twelve_in_cbor() => Assert.Equal((40, 52), (SenMlVector.Json.Count(), SenMlVector.All.Count));

    [Theory, MemberData(nameof(SenMlVector.Names), MemberType = typeof(SenMlVector))]
    public void Resolves_as_published(string name)
    {
        var vector = SenMlVector.Named(name);
        var reader = new SenMlReader();
        var error = reader.Read(vector.Bytes, Some.Ticks);
        Assert.Equal(vector.Error ?? "none", ((PayloadReason)error).ToWord());
        Assert.Equal(vector.Records.Count, reader.Records.Length);
        for (int i = 0; i < vector.Records.Count; i++)
            AssertRecord(vector.Records[i], reader, reader.Records[i]);
    }

    private static void AssertRecord(JsonElement expected, SenMlReader reader, in SenMlRecord record)
    {
        Assert.Equal(expected.GetProperty("n").GetString(), Encoding.UTF8.GetString(reader.NameOf(record)));
        Assert.Equal(Text(expected, "u") ?? "", Encoding.UTF8.GetString(reader.UnitOf(record)));
        var (kind, text) =
            expected.TryGetProperty("v", out var value) ? (SenMlValueKind.Number, "")
            : expected.TryGetProperty("vb", out value) ? (SenMlValueKind.Boolean, "")
            : expected.TryGetProperty("vs", out value) ? (SenMlValueKind.Text, value.GetString())
            : expected.TryGetProperty("vd", out value) ? (SenMlValueKind.Data, value.GetString())
            : (SenMlValueKind.None, "");
        Assert.Equal(kind, record.Kind);
        Assert.Equal(text, Encoding.UTF8.GetString(reader.TextOf(record)));
        if (kind == SenMlValueKind.Number)
            AssertClose(value.GetDouble(), record.Number);
        if (kind == SenMlValueKind.Boolean)
            Assert.Equal(value.GetBoolean() ? 1 : 0, record.Number);
        Assert.Equal(expected.TryGetProperty("s", out var sum), record.HasSum);
        if (record.HasSum)
            AssertClose(sum.GetDouble(), record.Sum);
        Assert.Equal(expected.TryGetProperty("ut", out var updateTime), record.HasUpdateTime);
        if (record.HasUpdateTime)
            AssertClose(updateTime.GetDouble(), record.UpdateTime);
        Assert.Equal(expected.TryGetProperty("tRelative", out var relative), record.HasRelativeTime);
        decimal seconds = record.HasRelativeTime ? relative.GetDecimal() : expected.GetProperty("t").GetDecimal();
        long origin = record.HasRelativeTime ? Some.Ticks : DateTime.UnixEpoch.Ticks;
        Assert.InRange(record.ObservedAtTicks - origin - seconds * TimeSpan.TicksPerSecond, -10, 10);
        Assert.Equal(expected.TryGetProperty("bver", out var version) ? version.GetInt32() : 10, reader.Version);
    }

    private static string? Text(JsonElement record, string label) => record.TryGetProperty(label, out var text) ? text.GetString() : null;

    private static void AssertClose(double expected, double actual) =>
        Assert.InRange(actual, expected - Math.Abs(expected) * 1e-9, expected + Math.Abs(expected) * 1e-9);
}
