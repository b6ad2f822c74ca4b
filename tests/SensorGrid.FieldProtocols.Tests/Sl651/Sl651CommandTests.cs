using System.Buffers;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

public sealed class Sl651CommandTests
{
    private const string Station = "0012345678";
    private static readonly long At = new DateTime(2026, 7, 1, 4, 0, 0).Ticks;

    public static TheoryData<string, string> Contents { get; } = new()
    {
        { "36", "" },
        { "37", "" },
        { "38", "26070112" + "26070212" + "0418000100" + "3923" },
        { "39", "" },
        { "3A", "3923" + "F460" },
        { "40", "0C0802" },
        { "41", "0120" + "0228" },
        { "42", "200801" + "282300010000" },
        { "43", "2823" },
        { "44", "" },
        { "45", "" },
        { "46", "" },
        { "47", "9700" },
        { "48", "9800" },
        { "49", "03101234" + "031003E8" },
        { "4A", "" },
        { "4B", "4520" + "00000200" },
        { "4C", "0105" },
        { "4D", "020180" },
        { "4E", "02" + "01" + "0150" + "0000" },
        { "4F", "FF" },
        { "50", "" },
        { "51", "" },
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public void Every_command_of_the_standard_has_its_body(string function, string content)
    {
        var command = Of(function);
        Assert.Equal((Station, function), (command.Station, command.Function.ToText()));
        var session = new Sl651CentreSession();
        var (heard, output) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        Sl651FrameWriter.WriteConfirmation(heard, new(Sl651Direction.Up, 9, new(0x0012345678), 0x1234, Sl651Function.KeepAlive, Sl651End.Etx), 7, At);
        session.Take(heard.WrittenSpan, At, output);
        Assert.True(session.TrySend(command));
        session.Tick(At, output);
        Assert.True(Sl651FrameView.TryRead(output.WrittenSpan, out var view, out _));
        // Centre and password as the station used them last, serial 0, the time now.
        Assert.Equal((9, 0x1234, 0, Sl651End.Enq), (view.Header.Centre, view.Header.Password, view.Serial, view.Header.End));
        Assert.True(view.TryGetSendTime(out long sentAt));
        Assert.Equal(At, sentAt);
        Assert.Equal(content, Convert.ToHexString(view.Content));
        // And the walker goes through all of it.
        var items = view.Items;
        while (items.MoveNext())
            Assert.True(items.Current.Offset <= content.Length);
        Assert.Null(items.Fault);
    }

    [Fact]
    public void A_command_that_sets_nothing_or_is_too_long_is_refused()
    {
        Assert.Equal("bad_function", Assert.Throws<Sl651WriteException>(() => Sl651Command.Set(Station, Sl651Function.ReadRun, _ => { })).Code);
        Assert.Equal("bad_function", Assert.Throws<Sl651WriteException>(() => Sl651Command.Switch(Station, Sl651Function.MoveGates, [1])).Code);
        Assert.Equal("overflow", Assert.Throws<Sl651WriteException>(() => Sl651Command.ReadRun(Station, [.. Enumerable.Repeat(0x20, 3000)])).Code);
    }

    [Fact]
    public void A_station_in_ascii_takes_commands_without_content_only()
    {
        var session = new Sl651CentreSession();
        session.Take(Sl651Vector.Named("ascii-timed-report").Frame, At, new ArrayBufferWriter<byte>());
        var output = new ArrayBufferWriter<byte>();
        Assert.False(session.TrySend(Sl651Command.QueryElements("5010123456", 0x39)));
        Assert.False(session.TryRefill("5010123456", At - TimeSpan.TicksPerHour, At));
        Assert.True(session.TrySend(Sl651Command.QueryCurrent("5010123456")));
        session.Kept(isDurable: true, At, output);
        var frames = output.WrittenSpan;
        Assert.True(Sl651Header.TryRead(frames, out var confirmation, out _));
        Assert.True(Sl651Header.TryRead(frames[confirmation.FrameLength..], out var query, out _));
        Assert.Equal((Sl651Encoding.Ascii, Sl651End.Esc), (confirmation.Encoding, confirmation.End));
        Assert.Equal((Sl651Encoding.Ascii, Sl651Function.QueryCurrent), (query.Encoding, query.Function));
    }

    private static Sl651Command Of(string function) => function switch
    {
        "36" => Sl651Command.QueryPicture(Station),
        "37" => Sl651Command.QueryCurrent(Station),
        "38" => Sl651Command.QueryPeriod(Station, At, At + TimeSpan.TicksPerDay, new(0, 1, 0), 0x39),
        "39" => Sl651Command.QueryManualText(Station),
        "3A" => Sl651Command.QueryElements(Station, 0x39, 0xF4),
        "40" => Sl651Command.Set(Station, Sl651Function.SetBasic, body => body.ParameterDigits(0x0C, 2, new(0x08))),
        "41" => Sl651Command.ReadBasic(Station, 0x01, 0x02),
        "42" => Sl651Command.Set(Station, Sl651Function.SetRun, body => body.ParameterDigits(0x20, 1, new(0x08)).ParameterDigits(0x28, 10000, new(0x23))),
        "43" => Sl651Command.ReadRun(Station, 0x28),
        "44" => Sl651Command.QueryPumps(Station),
        "45" => Sl651Command.QueryVersion(Station),
        "46" => Sl651Command.QueryStatus(Station),
        "47" => Sl651Command.ClearStorage(Station),
        "48" => Sl651Command.FactoryReset(Station),
        "49" => Sl651Command.SetPassword(Station, 0x1234, 0x03E8),
        "4A" => Sl651Command.SetClock(Station),
        "4B" => Sl651Command.SetCard(Station, true),
        "4C" => Sl651Command.Switch(Station, Sl651Function.SwitchPumps, [5]),
        "4D" => Sl651Command.Switch(Station, Sl651Function.SwitchValves, [1, 0x80]),
        "4E" => Sl651Command.MoveGates(Station, [true, false], [150, 0]),
        "4F" => Sl651Command.SetQuota(Station, true),
        "50" => Sl651Command.QueryEvents(Station),
        _ => Sl651Command.QueryClock(Station),
    };
}
