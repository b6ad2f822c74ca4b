using SensorGrid.Ingest.Service.StationCommands;
using SensorGrid.Ingest.Sources.FieldProtocols;
using SensorGrid.Readings;

namespace SensorGrid.Ingest.Service.Tests.StationCommands;

public sealed class EndedCommandRecordTests
{
    [Fact]
    public void An_end_says_in_short_what_the_station_sent()
    {
        var record = Recorded(new("answered")
        {
            Answers = [new("37", [Reading("Z", 4.25, "m"), Reading("PT", null, "mm")]), new("32", [new("note", null, "门开", "", 0, Quality.Good)])],
        });

        Assert.Equal(new(7, "sl651", "0012345678", "current", "answered", null, "37: Z = 4.25 m PT = – mm; 32: note = 门开", 3), record);
    }

    [Fact]
    public void However_much_came_its_record_is_small()
    {
        string @long = string.Concat(Enumerable.Repeat("🚒", 40_000));
        var record = Recorded(new("denied", @long)
        {
            Answers = [new(@long, [.. Enumerable.Range(0, 500).Select(_ => new StationAnswerReading(@long, null, @long, "m", 0, Quality.Good))])],
        });

        Assert.True(record.ToBytes().Length < 12_000, $"{record.ToBytes().Length} bytes");
        Assert.Equal((500, true, true), (record.Readings, record.Answer!.EndsWith('…'), record.Detail!.EndsWith('…')));
        Assert.DoesNotContain('\uFFFD', record.Answer + record.Detail);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"given\":\"x\"}")]
    public void What_is_no_record_is_not_read(string payload)
    {
        Assert.False(EndedCommandRecord.TryRead(System.Text.Encoding.UTF8.GetBytes(payload), out _));
        Assert.False(GivenCommandRecord.TryRead(System.Text.Encoding.UTF8.GetBytes(payload), out _));
    }

    private static EndedCommandRecord Recorded(StationCommandResult result)
    {
        Assert.True(EndedCommandRecord.TryRead(EndedCommandRecord.Of(new(7, "sl651", "0012345678", "current", result)).ToBytes(), out var record));
        return record;
    }

    private static StationAnswerReading Reading(string name, double? value, string unit) => new(name, value, null, unit, 0, Quality.Good);
}
