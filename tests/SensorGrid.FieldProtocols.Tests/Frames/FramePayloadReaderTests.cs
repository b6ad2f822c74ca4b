using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Tests.Support;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.FieldProtocols.Tests.Frames;

public sealed class FramePayloadReaderTests
{
    private static readonly long Received = new DateTime(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private readonly DatastreamTable table = new();
    private readonly ReadingBatch batch = new();
    private readonly FramePayloadReader reader = new(new LengthScanner(), new SumReader());

    [Fact]
    public void Good_items_become_readings_and_the_others_are_counted()
    {
        var outcome = reader.Read(LengthScanner.Frame(1, 200, 3), Received, table.ForGateway("gw"), batch);
        Assert.True(outcome.IsRead);
        Assert.Equal(new() { Records = 4, Readings = 3, FrameProblems = 1 }, outcome.Counters);
        Assert.True(table.TryFind(new("gw", "byte"), out var number));
        Assert.True(table.TryFind(new("gw", "note"), out var note));
        Assert.Equal(new(number, Received, 1000, Unit: SensorGrid.Readings.Units.UnitRegistry.IdOf("Pa")), batch.Readings[0]);
        Assert.Equal(3000, batch.Readings[1].Value);
        Assert.Equal(note, batch.Readings[2].Datastream);
        Assert.Equal("3 bytes", batch.GetText(batch.Readings[2]));
    }

    [Fact]
    public void Packets_of_one_report_may_stand_one_behind_the_other() =>
        Assert.True(reader.Read([.. LengthScanner.Frame(1), .. LengthScanner.Frame(2)], Received, table.ForGateway("gw"), batch).IsRead);

    [Theory]
    [InlineData("", 0)]
    [InlineData("00", 0)]
    [InlineData("2301", 0)]
    [InlineData("23010102", 0)]
    [InlineData("2301010100", 4)]
    [InlineData("2301010123", 4)]
    public void What_is_not_whole_frames_and_nothing_else_is_broken(string hex, int position)
    {
        var outcome = reader.Read(Convert.FromHexString(hex), Received, table.ForGateway("gw"), batch);
        Assert.Equal(new(PayloadReason.BrokenFrame, position, default), outcome);
        Assert.Equal(0, batch.Count);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_frame_of_another_station_is_refused()
    {
        var outcome = reader.Read(LengthScanner.Frame(1), Received, table.ForGateway("other"), batch);
        Assert.Equal(PayloadReason.ForeignStation, outcome.Reason);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_decoder_reads_frames_only_when_it_was_given_their_format()
    {
        Assert.True(TelemetryTopic.TryParse("sensorgrid/v1/water/gw/sl651", out var topic));
        byte[] frame = LengthScanner.Frame(1);
        Assert.Equal(PayloadReason.NotReadings, new PayloadDecoder().Decode(topic, frame, Received, table.ForGateway("gw"), batch).Reason);
        var formats = new PayloadFormats(new Dictionary<TelemetryTopicKind, Func<IPayloadReader>> { [TelemetryTopicKind.Sl651] = () => reader });
        var decoder = new PayloadDecoder(formats);
        Assert.True(decoder.Decode(topic, frame, Received, table.ForGateway("gw"), batch).IsRead);
        var pieces = Pieces.Of(frame.AsMemory(0, 2), frame.AsMemory(2));
        Assert.True(decoder.Decode(topic, pieces, Received, table.ForGateway("gw"), batch).IsRead);
        Assert.Equal(2, batch.Count);
    }

    // Each byte below 200 is a reading in kPa, another one a problem; and how many there were is a text.
    private sealed class SumReader : IFieldFrameReader
    {
        private static readonly FieldElement Byte = new("1", "byte", "a byte", "kPa", "Pa", 3);
        private static readonly FieldElement Note = new("2", "note", "", "", "");

        public FrameFault Read(ReadOnlySpan<byte> frame, long receivedAtTicks, FieldFrame into)
        {
            into.Clear();
            into.Station = "gw";
            foreach (byte value in frame[2..^1])
            {
                if (value < 200)
                    into.Add(new(Byte, DecimalNumber.ToDouble(value, -Byte.UnitShift), receivedAtTicks));
                else
                    into.AddProblem("too_much", 2);
            }
            into.AddText(Note, System.Text.Encoding.UTF8.GetBytes($"{frame[1]} bytes"), receivedAtTicks);
            return default;
        }
    }
}
