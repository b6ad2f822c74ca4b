using System.Buffers;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

public sealed class Sl651CentreSessionTests
{
    private static readonly byte[] Report = Sl651Vector.Named("quick-doc-32-up-9FE1").Frame;
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly List<(Sl651Function Function, Sl651CommandOutcome Outcome)> ended = [];
    private long now = new DateTime(2014, 12, 5, 3, 0, 2).Ticks;
    private Sl651CentreSession session;

    public Sl651CentreSessionTests() => session = Make(new());

    [Fact]
    public void A_report_is_confirmed_when_it_is_durable_and_not_before()
    {
        Assert.Equal(FieldSessionWish.Keep, session.Take(Report, now, output));
        Assert.Equal("", Sent());
        Assert.Equal("0012345678", session.Station);
        Assert.Equal(Report, session.Payload.ToArray());
        Assert.Equal(FieldSessionWish.Send, session.Kept(isDurable: true, now, output));
        // As published.
        Assert.Equal(Convert.ToHexString(Sl651Vector.Named("quick-doc-32-dn-BD6C").Frame), Sent());
    }

    [Fact]
    public void A_report_that_the_log_could_not_take_gets_silence_and_is_taken_when_it_comes_again()
    {
        session.Take(Report, now, output);
        Assert.Equal(FieldSessionWish.None, session.Kept(isDurable: false, now, output));
        Assert.Equal("", Sent());
        Assert.Equal(FieldSessionWish.Keep, session.Take(Report, now, output));
    }

    [Fact]
    public void A_repeat_is_confirmed_again_and_not_kept_again()
    {
        Keep(Report);
        string first = Sent();
        Assert.Equal(FieldSessionWish.Send, session.Take(Report, now, output));
        Assert.Equal(first, Sent());
        Assert.Equal(1, session.Repeats);
        // The same serial with other content is another report: serials begin anew when a station does.
        byte[] other = Sl651Vector.Named("quick-doc-33-up-17B4").Frame;
        Assert.Equal(FieldSessionWish.Keep, session.Take(other, now, output));
    }

    [Fact]
    public void A_keep_alive_is_never_answered_and_says_nothing_about_serials()
    {
        Assert.Equal(FieldSessionWish.None, session.Take(Sl651Vector.Named("quick-doc-2F-up-FB2D").Frame, now, output));
        Assert.Equal("", Sent());
        Assert.Equal(FieldSessionWish.Keep, session.Take(Report, now, output));
    }

    [Fact]
    public void A_downlink_and_a_header_that_cannot_be_are_counted()
    {
        Assert.Equal(FieldSessionWish.None, session.Take(Sl651Vector.Named("quick-doc-32-dn-BD6C").Frame, now, output));
        Assert.Equal(FieldSessionWish.None, session.Take([1, 2, 3], now, output));
        Assert.Equal(2, session.Unusable);
    }

    [Fact]
    public void A_frame_after_which_more_follow_is_confirmed_with_ACK_and_the_end_as_the_setting_says()
    {
        byte[] more = Written(Sl651End.Etb, Sl651Function.Timed, 1, "Z");
        Keep(more);
        Assert.Equal(Sl651End.Ack, LastEnd());
        session = Make(new() { HoldsStations = false });
        Keep(Report);
        Assert.Equal(Sl651End.Eot, LastEnd());
    }

    [Theory]
    [InlineData(0x3C, Sl651End.Etx, true)]
    [InlineData(0x3C, Sl651End.Etb, false)]
    [InlineData(0xE5, Sl651End.Etx, false)]
    public void A_function_that_the_standard_lacks_is_kept_and_confirmed_among_the_reports(int function, Sl651End end, bool isConfirmed)
    {
        Assert.Equal(FieldSessionWish.Keep, session.Take(Written(end, (Sl651Function)function, 1, "Z"), now, output));
        Assert.Equal(isConfirmed ? FieldSessionWish.Send : FieldSessionWish.None, session.Kept(isDurable: true, now, output));
    }

    [Fact]
    public void Packets_in_any_order_become_one_payload_that_a_reader_takes()
    {
        var packets = Packets(1, 300, 60);
        Assert.Equal(6, packets.Count);
        foreach (int index in (int[])[3, 0, 5, 2, 2, 4])
            Assert.Equal(FieldSessionWish.None, session.Take(packets[index], now, output) & FieldSessionWish.Keep);
        output.ResetWrittenCount();
        Assert.Equal(FieldSessionWish.Keep, session.Take(packets[1], now, output));
        Assert.Equal(packets.SelectMany(packet => packet), session.Payload.ToArray());
        var into = new FieldFrame();
        Assert.Null(new Sl651FrameReader().Read(session.Payload.Span, 0, into).Code);
        Assert.Equal(new string('x', 300), into.GetText(into.Readings[0]));
        Assert.Equal(FieldSessionWish.Send, session.Kept(isDurable: true, now, output));
        Assert.True(Sl651FrameView.TryRead(output.WrittenSpan, out var answer, out _));
        Assert.Equal((6, 6, 1, Sl651End.Esc, 11), (answer.Header.Total, answer.Header.Sequence, answer.Serial, answer.Header.End, answer.Header.Length));
        // The confirmation was lost: the station sends all of them again.
        output.ResetWrittenCount();
        foreach (byte[] packet in packets)
            Assert.Equal(FieldSessionWish.None, session.Take(packet, now, output) & FieldSessionWish.Keep);
        Assert.Equal(Sl651End.Esc, LastEnd());
    }

    [Fact]
    public void Missing_packets_are_asked_for_twice_and_then_the_report_is_dropped()
    {
        var packets = Packets(1, 300, 60);
        session.Take(packets[0], now, output);
        session.Take(packets[2], now, output);
        session.Take(packets[5], now, output);
        Assert.Equal([2, 4, 5], Naks());
        // The second one comes, the others do not.
        session.Take(packets[1], now, output);
        Assert.Equal("", Sent());
        now = session.DueAtTicks;
        Assert.Equal(FieldSessionWish.Send, session.Tick(now, output));
        Assert.Equal([4, 5], Naks());
        now += TimeSpan.FromSeconds(59).Ticks;
        Assert.Equal(FieldSessionWish.None, session.Tick(now, output));
        Assert.Equal(0, session.DroppedReports);
        now = session.DueAtTicks;
        session.Tick(now, output);
        Assert.Equal((1, 0), (session.DroppedReports, session.Held.Reports));
        Assert.Equal(long.MaxValue, session.DueAtTicks);
    }

    [Fact]
    public void The_first_packet_of_another_report_begins_anew()
    {
        session.Take(Packets(1, 300, 60)[0], now, output);
        var next = Packets(2, 300, 60);
        var wishes = next.Select(packet => session.Take(packet, now, output)).ToArray();
        Assert.Equal(FieldSessionWish.Keep, wishes[^1]);
        Assert.Equal(next.SelectMany(packet => packet), session.Payload.ToArray());
        Assert.Equal(1, session.DroppedReports);
    }

    [Fact]
    public void Reports_in_packets_are_bounded_in_bytes_and_number()
    {
        session = Make(new() { MaxReportBytes = 500, MaxReports = 2 });
        foreach (byte[] packet in Packets(1, 2000, 60))
            Assert.Equal(FieldSessionWish.None, session.Take(packet, now, output) & FieldSessionWish.Keep);
        Assert.True(session.DroppedReports > 0);
        for (int pieces = 40; pieces < 60; pieces++)
        {
            session.Take(Packets(1, 300, pieces)[1], now += 1, output);
            Assert.InRange(session.Held.Reports, 1, 2);
        }
    }

    [Fact]
    public void Stations_of_one_connection_are_bounded_and_answered_by_their_own_addresses()
    {
        session = Make(new() { MaxStations = 3 });
        for (ulong station = 1; station <= 10; station++)
        {
            Keep(Written(Sl651End.Etx, Sl651Function.Timed, 1, "Z", new(station)));
            Assert.True(Sl651FrameView.TryRead(output.WrittenSpan, out var answer, out _));
            Assert.Equal(station, answer.Header.Station.Value);
            output.ResetWrittenCount();
            now++;
        }
        Assert.Equal(3, session.Held.Stations);
        Assert.False(session.TrySend(Sl651Command.QueryCurrent("0000000001")));
        Assert.True(session.TrySend(Sl651Command.QueryCurrent("000000000A")));
    }

    [Theory]
    [InlineData("restored-fc39-dn-BFDC")]
    [InlineData("restored-fc3A-dn-D22D")]
    [InlineData("restored-fc42-dn-348A")]
    [InlineData("restored-fc43-dn-6564")]
    [InlineData("restored-fc46-dn-F8B3")]
    [InlineData("restored-fc47-dn-983C")]
    [InlineData("restored-fc48-dn-D7E8")]
    [InlineData("restored-fc49-dn-66B9")]
    [InlineData("restored-fc4A-dn-749E")]
    [InlineData("restored-fc36-dn-BB17")]
    public void Commands_are_the_published_ones(string name)
    {
        byte[] published = Sl651Vector.Named(name).Frame;
        Assert.True(Sl651FrameView.TryRead(published, out var view, out _));
        Assert.True(view.TryGetSendTime(out now));
        // The station is known by a report, whose centre and password a command repeats.
        var header = view.Header;
        var heard = new ArrayBufferWriter<byte>();
        Sl651FrameWriter.WriteConfirmation(heard, Sl651FrameHead.AnswerTo(header, Sl651End.Etx) with { Direction = Sl651Direction.Up, Function = Sl651Function.KeepAlive }, 1, now);
        session.Take(heard.WrittenSpan, now, output);
        Assert.True(session.TrySend(CommandOf(header.Function, header.Station.ToString(), view.Content.ToArray())));
        Assert.Equal(FieldSessionWish.Send, session.Tick(now, output));
        Assert.Equal(Convert.ToHexString(published), Sent());
    }

    [Fact]
    public void A_command_is_sent_three_times_and_then_given_up()
    {
        Keep(Report);
        output.ResetWrittenCount();
        session.TrySend(Sl651Command.QueryCurrent("0012345678"));
        session.TrySend(Sl651Command.QueryClock("0012345678"));
        for (int time = 0; time < 3; time++)
        {
            Assert.Equal(FieldSessionWish.Send, session.Tick(session.DueAtTicks is var due && due > now ? now = due : now, output));
            Assert.Equal(Sl651Function.QueryCurrent, LastFunction());
            Assert.Equal(FieldSessionWish.None, session.Tick(now, output));
        }
        now = session.DueAtTicks;
        Assert.Equal(FieldSessionWish.Send, session.Tick(now, output));
        Assert.Equal(Sl651Function.QueryClock, LastFunction());
        Assert.Equal([(Sl651Function.QueryCurrent, Sl651CommandOutcome.TimedOut)], ended);
        Assert.Equal(1, session.TimedOutCommands);
    }

    [Fact]
    public void An_answer_in_several_frames_is_asked_on_with_ACK_and_ends_with_the_last()
    {
        Keep(Report);
        session.TrySend(Sl651Command.QueryCurrent("0012345678"));
        session.Tick(now, output);
        output.ResetWrittenCount();
        Keep(Written(Sl651End.Etb, Sl651Function.QueryCurrent, 5, "Z"));
        Assert.Equal(Sl651End.Ack, LastEnd());
        Assert.Empty(ended);
        Keep(Written(Sl651End.Etx, Sl651Function.QueryCurrent, 6, "Z"));
        Assert.Equal(Sl651End.Esc, LastEnd());
        Assert.Equal([(Sl651Function.QueryCurrent, Sl651CommandOutcome.Answered)], ended);
    }

    [Fact]
    public void An_answer_that_is_not_durable_does_not_end_its_command()
    {
        Keep(Report);
        session.TrySend(Sl651Command.QueryCurrent("0012345678"));
        session.Tick(now, output);
        session.Take(Written(Sl651End.Etx, Sl651Function.QueryCurrent, 5, "Z"), now, output);
        session.Kept(isDurable: false, now, output);
        Assert.Empty(ended);
    }

    [Fact]
    public void Commands_and_refills_that_wait_are_bounded_and_unknown_stations_refused()
    {
        Assert.False(session.TryRefill("0012345678", 0, TimeSpan.TicksPerHour));
        Assert.False(session.TrySend(Sl651Command.QueryCurrent("0012345678")));
        Keep(Report);
        Assert.Equal(32, Enumerable.Range(0, 100).Count(_ => session.TrySend(Sl651Command.QueryCurrent("0012345678"))));
        Assert.Equal(16, Enumerable.Range(0, 100).Count(_ => session.TryRefill("0012345678", now - TimeSpan.TicksPerHour, now)));
        Assert.False(session.TryRefill("0012345678", now, now));
    }

    [Fact]
    public void A_station_that_answers_no_query_is_not_asked_for_the_rest_of_the_gap()
    {
        Keep(Report);
        Assert.True(session.TryRefill("0012345678", now - 100 * TimeSpan.TicksPerDay, now));
        for (int tick = 0; tick < 100 && session.DueAtTicks != long.MaxValue; tick++)
            session.Tick(now = Math.Max(now, session.DueAtTicks), output);
        Assert.Equal(long.MaxValue, session.DueAtTicks);
        Assert.Equal(2, ended.Count);
        Assert.Equal((0, 0), (session.Held.Commands, session.Held.Refills));
    }

    [Fact]
    public void A_clock_that_is_off_is_set_twice_and_then_left_alone_for_an_hour()
    {
        session = Make(new() { ClockTolerance = TimeSpan.FromMinutes(5) });
        now += TimeSpan.FromMinutes(6).Ticks;
        Keep(Report);
        Assert.Equal(Sl651Function.SetClock, LastFunction());
        Keep(Written(Sl651End.Etx, Sl651Function.SetClock, 1, null));
        Assert.Equal(Sl651Function.SetClock, LastFunction());
        Keep(Written(Sl651End.Etx, Sl651Function.SetClock, 2, null));
        Assert.Equal(2, ended.Count);
        Keep(Sl651Vector.Named("quick-doc-33-up-17B4").Frame);
        Assert.Equal(Sl651Function.Extra, LastFunction());
    }

    [Fact]
    public void A_clock_is_left_alone_unless_the_setting_asks()
    {
        now += TimeSpan.FromDays(100).Ticks;
        Keep(Report);
        Assert.Equal(Sl651Function.Timed, LastFunction());
        Assert.Equal(long.MaxValue, session.DueAtTicks);
    }

    private static Sl651Command CommandOf(Sl651Function function, string station, byte[] content) => function switch
    {
        Sl651Function.QueryManualText => Sl651Command.QueryManualText(station),
        Sl651Function.QueryElements => Sl651Command.QueryElements(station, 0xF4),
        Sl651Function.SetRun => Sl651Command.Set(station, function, body => Copy(content, body)),
        Sl651Function.ReadRun => Sl651Command.ReadRun(station, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x30, 0x38, 0x40, 0x41),
        Sl651Function.QueryStatus => Sl651Command.QueryStatus(station),
        Sl651Function.ClearStorage => Sl651Command.ClearStorage(station),
        Sl651Function.FactoryReset => Sl651Command.FactoryReset(station),
        Sl651Function.SetPassword => Sl651Command.SetPassword(station, 0x1234, 0x03E8),
        Sl651Function.SetClock => Sl651Command.SetClock(station),
        Sl651Function.Picture => Sl651Command.QueryPicture(station),
        _ => throw new InvalidOperationException(function.ToText()),
    };

    private static void Copy(byte[] content, Sl651BodyWriter body)
    {
        var items = new Sl651BodyWalker(content, Sl651Function.SetRun, Sl651Direction.Down, Sl651End.Enq);
        while (items.MoveNext())
        {
            Assert.Equal(Sl651NumberKind.Value, Sl651Number.Read(items.Current.Data, out long digits));
            body.ParameterDigits(items.Current.Code, digits, items.Current.Definition);
        }
    }

    private Sl651CentreSession Make(Sl651CentreOptions options) => new(options, (command, outcome) => ended.Add((command.Function, outcome)));

    private void Keep(byte[] frame)
    {
        Assert.Equal(FieldSessionWish.Keep, session.Take(frame, now, output));
        output.ResetWrittenCount();
        session.Kept(isDurable: true, now, output);
    }

    private static byte[] Written(Sl651End end, Sl651Function function, int serial, string? element, Sl651Address? station = null)
    {
        var address = station ?? new Sl651Address(0x0012345678);
        var body = new Sl651BodyWriter().Begin(serial, new DateTime(2014, 12, 5, 3, 0, 0).Ticks);
        if (element is not null)
            body.Station(address, 0x48).ObservedAt(new DateTime(2014, 12, 5, 3, 0, 0).Ticks).Value(0x39, 1m);
        var frame = new ArrayBufferWriter<byte>();
        Sl651FrameWriter.Write(frame, new(Sl651Direction.Up, 2, address, 0x04D2, function, end), body.Written);
        return frame.WrittenSpan.ToArray();
    }

    private static List<byte[]> Packets(int serial, int length, int piece)
    {
        var body = new Sl651BodyWriter().Begin(serial, new DateTime(2014, 12, 5, 3, 0, 0).Ticks).ManualText(new string('x', length));
        var frames = new ArrayBufferWriter<byte>();
        Sl651FrameWriter.WriteReport(frames, new(Sl651Direction.Up, 2, new(0x0012345678), 0, Sl651Function.ManualText, Sl651End.Etx), body.Written, piece);
        return Split(frames.WrittenSpan);
    }

    private static List<byte[]> Split(ReadOnlySpan<byte> frames)
    {
        var split = new List<byte[]>();
        while (frames.Length > 0)
        {
            Assert.True(Sl651Header.TryRead(frames, out var header, out _));
            split.Add(frames[..header.FrameLength].ToArray());
            frames = frames[header.FrameLength..];
        }
        return split;
    }

    private int[] Naks()
    {
        var frames = Split(output.WrittenSpan);
        output.ResetWrittenCount();
        return [.. frames.Select(frame => Sl651Header.TryRead(frame, out var header, out _) && header.End == Sl651End.Nak ? header.Sequence : -1)];
    }

    private string Sent()
    {
        string sent = Convert.ToHexString(output.WrittenSpan);
        output.ResetWrittenCount();
        return sent;
    }

    private Sl651End LastEnd() => Last().End;

    private Sl651Function LastFunction() => Last().Function;

    private Sl651Header Last()
    {
        Assert.True(Sl651Header.TryRead(Split(output.WrittenSpan)[^1], out var header, out _));
        return header;
    }
}
