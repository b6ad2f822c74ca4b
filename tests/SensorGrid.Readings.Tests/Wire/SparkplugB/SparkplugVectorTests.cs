using System.Globalization;
using System.Text;
using System.Text.Json;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Readings.Tests.Wire.SparkplugB;

public class SparkplugVectorTests
{
    public static TheoryData<string> PayloadNames => [.. SparkplugVector.Payloads.Select(vector => vector.Name)];

    public static TheoryData<string> ArrayNames => [.. NamesOf("bytes_value")];

    public static TheoryData<string> TopicNames => [.. NamesOf("topic")];

    [Theory]
    [MemberData(nameof(PayloadNames))]
    public void Payload_reads_as_expected(string name)
    {
        var vector = Find(name);
        var reader = new SparkplugReader();
        byte[] input = vector.Input;
        var error = reader.Read(input);
        if (vector.ExpectedError is { } expected)
        {
            // "protobuf: truncated" of other collections does not say whether a number or a length was cut.
            Assert.Contains(error.ToString(), expected.Contains("truncated", StringComparison.Ordinal) ? ["Truncated", "LengthBeyondEnd"] : new[] { expected });
            Assert.True(reader.Metrics.IsEmpty);
            return;
        }
        Assert.Equal(SparkplugError.None, error);
        Assert.Equal(vector.ExpectedPayload(), SparkplugVector.Show(reader, input));
        Assert.Equal(vector.Expect.TryGetProperty("decompressed", out _), reader.IsCompressed);
    }

    [Theory]
    [MemberData(nameof(PayloadNames))]
    public void Payload_inside_a_larger_buffer_reads_the_same(string name)
    {
        byte[] input = Find(name).Input;
        byte[] larger = [0xFF, 0x12, .. input, 0x08, 0x01];
        var alone = new SparkplugReader();
        var within = new SparkplugReader();
        Assert.Equal(alone.Read(input), within.Read(larger.AsSpan(2, input.Length)));
        Assert.Equal(alone.ErrorPosition, within.ErrorPosition);
        Assert.Equal(alone.Metrics.Length, within.Metrics.Length);
    }

    [Theory]
    [MemberData(nameof(ArrayNames))]
    public void Array_reads_as_expected(string name)
    {
        var vector = Find(name);
        var datatype = (SparkplugDatatype)vector.Element.GetProperty("datatype").GetInt32();
        byte[] bytes = vector.Input;
        bool read = SparkplugArray.TryCount(datatype, bytes, out int count);
        Assert.Equal(vector.ExpectedError is null, read);
        if (!read)
            return;
        var expected = vector.Expect.GetProperty("values").EnumerateArray().Select(value => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True or JsonValueKind.False => value.GetBoolean().ToString(),
            _ when datatype is SparkplugDatatype.FloatArray or SparkplugDatatype.DoubleArray => value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
            _ => value.GetRawText(),
        });
        var actual = new List<string>();
        ReadOnlySpan<byte> rest = bytes;
        for (int i = 0; i < count; i++)
        {
            actual.Add(datatype switch
            {
                SparkplugDatatype.StringArray => Encoding.UTF8.GetString(SparkplugArray.TakeText(ref rest)),
                SparkplugDatatype.BooleanArray => SparkplugArray.BooleanAt(bytes, i).ToString(),
                SparkplugDatatype.FloatArray or SparkplugDatatype.DoubleArray => SparkplugArray.NumberAt(datatype, bytes, i).ToString("R", CultureInfo.InvariantCulture),
                _ => SparkplugArray.IntegerAt(datatype, bytes, i).ToString(CultureInfo.InvariantCulture),
            });
        }
        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(TopicNames))]
    public void Topic_reads_as_expected(string name)
    {
        var vector = Find(name);
        string text = vector.Element.GetProperty("input").GetString()!;
        var error = SparkplugTopic.Parse(text, out var topic);
        if (vector.ExpectedError is { } expected)
        {
            Assert.Equal(expected, WordOf(error));
            return;
        }
        Assert.Equal(SparkplugTopicError.None, error);
        var fields = vector.Expect.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.ToString());
        bool isState = fields["type"] == "STATE";
        Assert.Equal(isState, topic.Type == SparkplugMessageType.State);
        Assert.Equal(fields.GetValueOrDefault("group", ""), topic.Group.ToString());
        Assert.Equal(isState ? fields["host"] : fields["edge"], topic.Edge.ToString());
        Assert.Equal(fields.GetValueOrDefault("device", ""), topic.Device.ToString());
        Assert.Equal(fields.ContainsKey("legacy"), topic.IsLegacy);
        if (!isState)
            Assert.Equal(text, SparkplugTopic.Format(fields["group"], topic.Type, fields["edge"], fields.GetValueOrDefault("device")));
    }

    private static string WordOf(SparkplugTopicError error) => error switch
    {
        SparkplugTopicError.Namespace => "unknown namespace",
        SparkplugTopicError.MessageType => "unknown message type",
        SparkplugTopicError.EmptyId => "empty id",
        SparkplugTopicError.NodeMessageWithDevice => "node message with a device level",
        SparkplugTopicError.DeviceMessageWithoutDevice => "device message without a device level",
        SparkplugTopicError.TooManyLevels => "too many levels",
        SparkplugTopicError.BadId => "bad id",
        _ => error.ToString(),
    };

    private static SparkplugVector Find(string name) => SparkplugVector.All.Single(vector => vector.Name == name);

    private static IEnumerable<string> NamesOf(string kind) => SparkplugVector.All.Where(vector => vector.Kind == kind).Select(vector => vector.Name);
}
