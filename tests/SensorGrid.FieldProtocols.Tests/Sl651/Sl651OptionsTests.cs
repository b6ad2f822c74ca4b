using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

public sealed class Sl651OptionsTests
{
    [Fact]
    public void Defaults_are_in_order()
    {
        Assert.Empty(new Sl651ReaderOptions().Validate());
        Assert.Empty(new Sl651CentreOptions().Validate());
        Assert.Empty(new Sl651StationOptions { Address = new(1) }.Validate());
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var reader = new Sl651ReaderOptions { MaxNames = 0, MaxJoinedBytes = 0, StationSlotTimes = new Dictionary<string, Sl651SlotTimes> { ["12"] = Sl651SlotTimes.Last } };
        Assert.Equal(3, reader.Validate().Count);
        Assert.Contains("'12'", Assert.Throws<ArgumentException>(() => new Sl651FrameReader(reader)).Message, StringComparison.Ordinal);
        var centre = new Sl651CentreOptions
        {
            AnswerTimeout = TimeSpan.Zero, Resends = -1, PacketIdle = TimeSpan.Zero, PacketRounds = 11, MaxReportBytes = 0, MaxReports = 0, MaxStations = 0, MaxCommands = 0,
            MaxRefills = 0, RefillHours = 0, RefillStep = default, RefillElements = [0xF4], ClockTolerance = TimeSpan.Zero, ClockPause = TimeSpan.Zero,
        };
        Assert.Equal(14, centre.Validate().Count);
        Assert.All(centre.GetType().GetProperties().Where(property => property.Name != nameof(Sl651CentreOptions.HoldsStations)), property =>
            Assert.Contains(centre.Validate(), error => error.Contains(property.Name, StringComparison.Ordinal)));
        Assert.Throws<ArgumentException>(() => new Sl651CentreSession(centre));
        Assert.NotEmpty(new Sl651StationOptions { Address = new(1), PieceBytes = 0 }.Validate());
    }
}
