using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Readings.Tests.Wire.SparkplugB;

public class SparkplugWriterTests
{
    private const ulong Milliseconds = 1_767_225_600_000;

    [Fact]
    public void A_rebirth_request_is_the_bytes_of_the_standard_and_has_no_seq() =>
        Assert.Equal(Sample("rebirth command"), SparkplugCommands.RebirthRequest(Milliseconds));

    [Fact]
    public void A_birth_is_the_bytes_of_the_table_of_fields()
    {
        var writer = new SparkplugWriter();
        writer.Timestamp(Milliseconds);
        writer.BeginMetric("bdSeq"u8);
        writer.Datatype(SparkplugDatatype.Int64);
        writer.Integer(SparkplugDatatype.Int64, 7);
        writer.EndMetric();
        writer.BeginMetric("Node Control/Rebirth"u8);
        writer.Datatype(SparkplugDatatype.Boolean);
        writer.Boolean(false);
        writer.EndMetric();
        writer.BeginMetric("supply voltage"u8);
        writer.Alias(1);
        writer.Datatype(SparkplugDatatype.Double);
        writer.Double(12.75);
        writer.EndMetric();
        writer.BeginMetric("door open"u8);
        writer.Alias(2);
        writer.Datatype(SparkplugDatatype.Boolean);
        writer.Boolean(true);
        writer.EndMetric();
        writer.Seq(0);
        Assert.Equal(Sample("node birth"), writer.Written.ToArray());
        writer.Clear();
        Assert.True(writer.Written.IsEmpty);
    }

    [Fact]
    public void Qualities_are_the_bytes_of_the_table_of_fields()
    {
        var writer = new SparkplugWriter();
        writer.Timestamp(Milliseconds);
        foreach (var (name, value, quality) in new[] { ("bad", 1.0, 0), ("good", 2.0, 192), ("stale", 3.0, 500) })
        {
            writer.BeginMetric(System.Text.Encoding.UTF8.GetBytes(name));
            writer.Datatype(SparkplugDatatype.Double);
            writer.Quality(quality);
            writer.Double(value);
            writer.EndMetric();
        }
        writer.Seq(4);
        Assert.Equal(Sample("qualities"), writer.Written.ToArray());
    }

    [Fact]
    public void Metrics_neither_nest_nor_end_twice()
    {
        var writer = new SparkplugWriter();
        writer.BeginMetric();
        Assert.Throws<InvalidOperationException>(writer.BeginMetric);
        writer.EndMetric();
        Assert.Throws<InvalidOperationException>(writer.EndMetric);
    }

    [Fact]
    public void A_warm_writer_allocates_nothing()
    {
        var writer = new SparkplugWriter();
        Run(3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                writer.Clear();
                writer.Timestamp(Milliseconds);
                for (ulong alias = 0; alias < 20; alias++)
                {
                    writer.BeginMetric("Pump 1/Speed of the shaft in revolutions each minute, as the drive reports it, averaged over the last second by the drive itself."u8);
                    writer.Alias(alias);
                    writer.Quality(192);
                    writer.Double(alias);
                    writer.EndMetric();
                }
                writer.Seq(1);
            }
        }
    }

    [Theory]
    [InlineData("""{"online":true,"timestamp":1767225600000}""", true, 1_767_225_600_000)]
    [InlineData("""{ "timestamp" : 1 , "x" : [{}], "online" : false }""", false, 1)]
    [InlineData("ONLINE", true, 0)]
    [InlineData("OFFLINE", false, 0)]
    public void State_reads(string text, bool online, long timestamp)
    {
        Assert.True(SparkplugState.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out var state));
        Assert.Equal(new(online, timestamp), state);
    }

    [Theory]
    [InlineData("")]
    [InlineData("online")]
    [InlineData("[]")]
    [InlineData("""{"online":true}""")]
    [InlineData("""{"timestamp":1}""")]
    [InlineData("""{"online":"true","timestamp":1}""")]
    [InlineData("""{"online":true,"timestamp":"1"}""")]
    [InlineData("""{"online":true,"timestamp":1.5}""")]
    [InlineData("""{"online":true,"timestamp":1""")]
    [InlineData("""{"online":true,"timestamp":1}{}""")]
    public void What_is_no_state_is_none(string text) => Assert.False(SparkplugState.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void State_is_written_as_it_is_read()
    {
        byte[] payload = new SparkplugState(true, 1_767_225_600_000).ToPayload();
        Assert.Equal("""{"online":true,"timestamp":1767225600000}"""u8.ToArray(), payload);
    }

    private static byte[] Sample(string name) => SparkplugVector.All.Single(vector => vector.Name == name).Input;
}
