using System.Buffers;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

public sealed class Gb26875CentreSessionTests
{
    private const FieldSessionWish None = FieldSessionWish.None;
    private const FieldSessionWish Keep = FieldSessionWish.Keep;
    private const FieldSessionWish Send = FieldSessionWish.Send;
    private static readonly byte[] Fire = [.. Packets.Unit(Gb26875UnitType.DeviceState).AddDeviceState(3, Packets.Time).Unit];
    private readonly CentreRig centre = new(CentreRig.Quiet);

    [Fact]
    public void An_upload_is_confirmed_when_it_is_durable()
    {
        byte[] packet = centre.Packet(Fire);
        Assert.Equal((Keep, ""), centre.Take(packet));
        Assert.Equal("889", centre.Session.Station);
        Assert.Equal((Send, "3 #7"), centre.Kept());
        var upload = Packets.Read(packet);
        Assert.Equal(Packets.Of(upload.Header.Answer(Gb26875Command.Confirm, TimeLabel.FromUtc(centre.Now)), []), Assert.Single(centre.Sent));
    }

    [Fact]
    public void An_upload_that_is_not_durable_is_not_confirmed_and_its_repeat_is_kept()
    {
        byte[] packet = centre.Packet(Fire);
        Assert.Equal((Keep, ""), centre.Take(packet));
        Assert.Equal((Send, "6 #7"), centre.Kept(isDurable: false));
        Assert.Equal((Send, "3 #7"), centre.TakeAndKeep(packet));
    }

    [Fact]
    public void A_repeat_of_what_is_durable_is_confirmed_and_not_kept()
    {
        byte[] packet = centre.Packet(Fire);
        centre.TakeAndKeep(packet);
        for (int i = 0; i < 3; i++)
        {
            centre.After(10);
            Assert.Equal((Send, "3 #7"), centre.Take(packet));
        }
        // After that, the same bytes are something new.
        centre.After(120);
        Assert.Equal((Send, "3 #7"), centre.TakeAndKeep(packet));
    }

    [Fact]
    public void Packets_with_one_serial_that_differ_are_no_repeats()
    {
        centre.TakeAndKeep(centre.Packet(Fire));
        Assert.Equal((Send, "3 #7"), centre.TakeAndKeep(centre.Packet([21, 1, 0, .. Fire[3..]])));
    }

    [Fact]
    public void Nothing_without_a_time_is_a_repeat()
    {
        byte[] packet = Packets.Of(new Gb26875Header(1, default, Packets.Device, Packets.Centre, Gb26875Command.Send), Fire);
        Assert.Equal((Send, "3 #1"), centre.TakeAndKeep(packet));
        Assert.Equal((Send, "3 #1"), centre.TakeAndKeep(packet));
    }

    [Fact]
    public void Beyond_the_limit_of_memory_a_repeat_is_kept_again()
    {
        var small = new CentreRig(CentreRig.Quiet with { MaxRememberedUploads = 2 });
        byte[][] packets = [.. Enumerable.Range(0, 3).Select(serial => small.Packet(Fire, (ushort)serial))];
        foreach (byte[] packet in packets)
            small.TakeAndKeep(packet);
        Assert.Equal((Send, "3 #2"), small.Take(packets[2]));
        Assert.Equal((Keep, ""), small.Take(packets[0]));
    }

    [Fact]
    public void Heartbeats_are_kept_unless_that_is_not_wanted()
    {
        Assert.Equal((Send, "3 #7"), centre.TakeAndKeep(centre.Packet([])));
        var light = new CentreRig(CentreRig.Quiet with { KeepHeartbeats = false });
        Assert.Equal((Send, "3 #7"), light.Take(light.Packet([])));
        Assert.Equal((Keep, ""), light.Take(light.Packet(Fire)));
    }

    [Fact]
    public void A_unit_that_cannot_be_read_is_kept_and_confirmed_because_a_resend_cannot_repair_it() =>
        Assert.Equal((Send, "3 #7"), centre.TakeAndKeep(centre.Packet([21, 1, 1])));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(130)]
    public void Commands_that_no_device_sends_are_denied(byte command) => Assert.Equal((Send, "6 #7"), centre.Take(centre.Packet([], command: (Gb26875Command)command)));

    [Fact]
    public void Commands_of_makers_are_data_when_the_setting_says_so()
    {
        var dahua = new CentreRig(CentreRig.Quiet with { DataCommands = new HashSet<byte> { 0, 7 } });
        Assert.Equal((Send, "3 #7"), dahua.TakeAndKeep(dahua.Packet(Fire, command: 0)));
        Assert.Equal((Send, "6 #7"), dahua.Take(dahua.Packet(Fire, command: (Gb26875Command)8)));
    }

    [Fact]
    public void Answers_keep_the_addresses_as_they_came_when_the_setting_says_so()
    {
        var sanshan = new CentreRig(CentreRig.Quiet with { AnswersUnswapped = true });
        sanshan.TakeAndKeep(sanshan.Packet(Fire));
        var answer = Packets.Read(sanshan.Sent[0]);
        Assert.Equal((Packets.Device, Packets.Centre), (answer.Source, answer.Destination));
    }

    [Fact]
    public void A_device_that_connects_is_set_its_clock_and_asked_one_thing_at_a_time()
    {
        var all = new CentreRig(new() { FirstSerial = 0 });
        Assert.Equal((Send, "3 #7 1/90 #0"), all.TakeAndKeep(all.Packet(Fire)));
        var clock = Packets.Read(all.Sent[1]);
        Assert.Equal((Packets.Centre, Packets.Device), (clock.Source, clock.Destination));
        Assert.Equal((byte[])[90, 1, .. Label(all.Now)], clock.Unit.Bytes.ToArray());

        Assert.Equal((None, ""), all.After(9.9));
        Assert.Equal((Send, "4/81 #1"), all.Take(all.Packet([], 0, Gb26875Command.Confirm)));
        Assert.Equal((Keep, ""), all.Take(all.Packet(Fire, 1, Gb26875Command.Reply)));
        Assert.Equal((Send, "4/85 #2"), all.Kept());
        Assert.Equal((None, ""), all.TakeAndKeep(all.Packet(Packets.Unit(Gb26875UnitType.DeviceVersion).AddDeviceVersion(1, 0).Unit, 2, Gb26875Command.Reply)));
        Assert.Equal(0, all.Session.CommandsUnderWay);
    }

    [Fact]
    public void A_command_that_is_not_answered_is_sent_three_times_more_and_then_given_up()
    {
        centre.TakeAndKeep(centre.Packet(Fire));
        Assert.True(centre.Session.TrySend(Gb26875CentreCommand.ReadDevice(Gb26875UnitType.ReadDeviceState), out int ticket));
        Assert.Equal((Send, "4/81 #0"), centre.After(0));
        byte[] first = centre.Sent[0];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal((None, ""), centre.After(9.9));
            Assert.Equal((Send, "4/81 #0"), centre.After(0.1));
            Assert.Equal(first, centre.Sent[0]);
        }
        Assert.False(centre.Session.TryTakeOutcome(out _));
        Assert.Equal((None, ""), centre.After(10));
        Assert.True(centre.Session.TryTakeOutcome(out var outcome));
        Assert.Equal(new(ticket, Gb26875UnitType.ReadDeviceState, Gb26875CommandResult.TimedOut, centre.Now), outcome);
    }

    [Fact]
    public void Serials_begin_at_another_number_for_another_connection()
    {
        var rig = new CentreRig(CentreRig.Quiet with { FirstSerial = null });
        rig.TakeAndKeep(rig.Packet(Fire));
        Assert.True(rig.Session.TrySend(Gb26875CentreCommand.Initialise(), out _));
        Assert.Equal($"1/89 #{(ushort)(rig.Now / TimeSpan.TicksPerSecond)}", rig.After(0).Sent);
    }

    [Fact]
    public void A_clock_that_is_set_again_is_set_to_the_time_it_then_is()
    {
        centre.TakeAndKeep(centre.Packet(Fire));
        Assert.True(centre.Session.TrySend(Gb26875CentreCommand.SetClock(), out _));
        centre.After(0);
        Assert.Equal((Send, "1/90 #0"), centre.After(10));
        Assert.Equal((byte[])[90, 1, .. Label(centre.Now)], Packets.Read(centre.Sent[0]).Unit.Bytes.ToArray());
    }

    [Fact]
    public void A_denied_command_is_sent_again_when_its_time_is_up_and_ends_denied()
    {
        centre.TakeAndKeep(centre.Packet(Fire));
        Assert.True(centre.Session.TrySend(Gb26875CentreCommand.Initialise(), out _));
        centre.After(0);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal((None, ""), centre.Take(centre.Packet([], 0, Gb26875Command.Deny)));
            Assert.Equal((Send, "1/89 #0"), centre.After(10));
        }
        centre.After(10);
        Assert.True(centre.Session.TryTakeOutcome(out var outcome));
        Assert.Equal(Gb26875CommandResult.Denied, outcome.Result);
    }

    [Fact]
    public void A_reply_of_the_wrong_type_is_kept_and_the_request_sent_again()
    {
        centre.TakeAndKeep(centre.Packet(Fire));
        Assert.True(centre.Session.TrySend(Gb26875CentreCommand.ReadDevice(Gb26875UnitType.ReadDeviceVersion), out _));
        centre.After(0);
        Assert.Equal((Send, "4/85 #0"), centre.TakeAndKeep(centre.Packet(Fire, 0, Gb26875Command.Reply)));
    }

    [Fact]
    public void A_reply_that_is_not_durable_is_asked_for_again()
    {
        centre.TakeAndKeep(centre.Packet(Fire));
        Assert.True(centre.Session.TrySend(Gb26875CentreCommand.ReadDevice(Gb26875UnitType.ReadDeviceState), out _));
        centre.After(0);
        Assert.Equal((Keep, ""), centre.Take(centre.Packet(Fire, 0, Gb26875Command.Reply)));
        Assert.Equal((None, ""), centre.Kept(isDurable: false));
        Assert.Equal((Send, "4/81 #0"), centre.After(10));
    }

    [Fact]
    public void Answers_to_nothing_that_was_asked_change_nothing()
    {
        Assert.Equal((None, ""), centre.Take(centre.Packet([], 5, Gb26875Command.Confirm)));
        Assert.Equal((None, ""), centre.Take(centre.Packet([], 5, Gb26875Command.Deny)));
        Assert.Equal((None, ""), centre.TakeAndKeep(centre.Packet(Fire, 5, Gb26875Command.Reply)));
    }

    [Fact]
    public void A_roll_call_ends_when_a_person_answers_it_or_when_nobody_did_in_time()
    {
        centre.TakeAndKeep(centre.Packet(Fire));
        Assert.Equal(Gb26875CommandResult.OnDuty, RollCall(() => centre.TakeAndKeep(centre.Packet(Packets.Unit(Gb26875UnitType.DeviceOperation).AddDeviceOperation(1 << 5, 2, Packets.Time).Unit, 9))));
        Assert.Equal(Gb26875CommandResult.NobodyOnDuty, RollCall(() => centre.TakeAndKeep(centre.Packet(Packets.Unit(Gb26875UnitType.DeviceOperation).AddDeviceOperation(1, 2, Packets.Time).Unit, 10))));

        Gb26875CommandResult RollCall(Action then)
        {
            Assert.True(centre.Session.TrySend(Gb26875CentreCommand.RollCall(5), out int ticket));
            centre.After(0);
            Assert.Equal((byte[])[91, 1, 5], Packets.Read(centre.Sent[0]).Unit.Bytes.ToArray());
            centre.Take(centre.Packet([], Packets.Read(centre.Sent[0]).Serial, Gb26875Command.Confirm));
            Assert.False(centre.Session.TryTakeOutcome(out _));
            centre.After(60);
            then();
            Assert.Equal(centre.Session.TryTakeOutcome(out var outcome), outcome.Ticket == ticket);
            if (outcome.Ticket == ticket)
                return outcome.Result;
            centre.After(239.9);
            Assert.False(centre.Session.TryTakeOutcome(out _));
            centre.After(0.1);
            Assert.True(centre.Session.TryTakeOutcome(out outcome));
            return outcome.Result;
        }
    }

    [Fact]
    public void Clocks_are_set_each_day_and_when_they_are_found_wrong_but_once_an_hour_at_most()
    {
        var rig = new CentreRig(CentreRig.Quiet with { SetClock = true, PollEvery = TimeSpan.FromDays(3), SilentAfter = TimeSpan.FromDays(3) });
        Assert.Equal("3 #7 1/90 #0", rig.TakeAndKeep(rig.Packet(Fire)).Sent);
        rig.Take(rig.Packet([], 0, Gb26875Command.Confirm));
        byte[] wrong = Packets.Of(new Gb26875Header(8, default, Packets.Device, Packets.Centre, Gb26875Command.Send), Fire);
        rig.After(3599);
        Assert.Equal("3 #8", rig.TakeAndKeep(wrong).Sent);
        Assert.Equal((None, ""), rig.After(1));
        Assert.Equal("3 #8", rig.TakeAndKeep(wrong).Sent);
        rig.After(1);
        Assert.Equal("3 #8", rig.TakeAndKeep(wrong).Sent);
        Assert.Equal((Send, "1/90 #1"), rig.After(0));
        rig.Take(rig.Packet([], 1, Gb26875Command.Confirm));
        Assert.Equal((None, ""), rig.After(86_399));
        Assert.Equal((Send, "1/90 #2"), rig.After(1));
    }

    [Fact]
    public void A_device_is_asked_for_its_state_now_and_then()
    {
        var rig = new CentreRig(CentreRig.Quiet with { PollEvery = TimeSpan.FromMinutes(30) });
        rig.TakeAndKeep(rig.Packet(Fire));
        Assert.Equal(rig.Now + TimeSpan.FromMinutes(30).Ticks, rig.Session.DueAtTicks);
        Assert.Equal((None, ""), rig.After(1799));
        Assert.Equal((Send, "4/81 #0"), rig.After(1));
    }

    [Fact]
    public void A_silent_device_is_asked_for_a_sign_of_life_and_closed_when_there_is_none()
    {
        var rig = new CentreRig(CentreRig.Quiet with { SilentAfter = TimeSpan.FromMinutes(5) });
        rig.TakeAndKeep(rig.Packet(Fire));
        Assert.Equal((Send, "4/81 #0"), rig.After(300));
        for (int i = 0; i < 3; i++)
            Assert.Equal((Send, "4/81 #0"), rig.After(10));
        Assert.Equal((FieldSessionWish.Close, ""), rig.After(10));
    }

    [Fact]
    public void A_device_that_speaks_but_does_not_answer_is_not_closed()
    {
        var rig = new CentreRig(CentreRig.Quiet with { SilentAfter = TimeSpan.FromMinutes(5) });
        rig.TakeAndKeep(rig.Packet(Fire));
        rig.After(300);
        for (int i = 0; i < 4; i++)
        {
            rig.After(10);
            rig.TakeAndKeep(rig.Packet(Fire, (ushort)(8 + i)));
        }
        Assert.Equal(0, rig.Session.CommandsUnderWay);
    }

    [Fact]
    public void Commands_beyond_the_limit_and_to_strangers_are_refused()
    {
        var rig = new CentreRig(CentreRig.Quiet with { MaxQueuedCommands = 3 });
        Assert.False(rig.Session.TrySend(Gb26875CentreCommand.SetClock(), out _));
        rig.TakeAndKeep(rig.Packet(Fire));
        Assert.False(rig.Session.TrySend(Gb26875CentreCommand.SetClock(), out _, new DeviceAddress(5)));
        for (int i = 0; i < 3; i++)
            Assert.True(rig.Session.TrySend(Gb26875CentreCommand.SetClock(), out _, Packets.Device));
        Assert.False(rig.Session.TrySend(Gb26875CentreCommand.SetClock(), out _));
    }

    [Fact]
    public void Outcomes_that_nobody_takes_are_bounded_and_counted()
    {
        var rig = new CentreRig(CentreRig.Quiet with { MaxResends = 0, MaxQueuedCommands = 100 });
        rig.TakeAndKeep(rig.Packet(Fire));
        for (int i = 0; i < 70; i++)
            Assert.True(rig.Session.TrySend(Gb26875CentreCommand.Initialise(), out _));
        for (int i = 0; i < 80; i++)
            rig.After(10);
        int taken = 0;
        while (rig.Session.TryTakeOutcome(out _))
            taken++;
        Assert.Equal((64, 6L), (taken, rig.Session.OutcomesDropped));
    }

    [Fact]
    public void Devices_of_one_connection_are_bounded_and_commands_reach_the_one_they_are_for()
    {
        for (ulong device = 1; device <= 70; device++)
            centre.TakeAndKeep(centre.Packet(Fire, device: device));
        Assert.False(centre.Session.TrySend(Gb26875CentreCommand.Initialise(), out _, new DeviceAddress(6)));
        Assert.True(centre.Session.TrySend(Gb26875CentreCommand.Initialise(), out _, new DeviceAddress(7)));
        centre.After(0);
        Assert.Equal(7UL, Packets.Read(centre.Sent[0]).Destination.Value);
    }

    [Fact]
    public void An_outage_is_asked_for_in_pieces_until_one_is_not_full()
    {
        var rig = new CentreRig(CentreRig.Quiet with { RefillRecords = 2 });
        Assert.False(rig.Session.TryRefill("889", 0, 1));
        rig.TakeAndKeep(rig.Packet(Packets.Unit(Gb26875UnitType.SystemState).AddSystemState(Packets.System, 1, Packets.Time).Unit));
        Assert.False(rig.Session.TryRefill("889", 5, 5));
        Assert.False(rig.Session.TryRefill("890", 5, 6));
        Assert.True(rig.Session.TryRefill("889", Some.TicksAfter(-3600.5), Some.Ticks));
        Assert.Equal(0, rig.Session.DueAtTicks);

        Assert.Equal("4/81 #0", rig.After(0).Sent);
        Assert.Equal("4/61 #1", Reply(Fire));
        Assert.Equal("4/84 #2", Reply(Packets.Unit(Gb26875UnitType.SystemState).AddSystemState(Packets.System, 1, Packets.Time)));
        Assert.Equal((byte[])[84, 1, 2, .. Label(Some.TicksAfter(-3601))], Unit());

        // A full piece: on from its newest second; a full piece of one second: on from the next.
        Assert.Equal("4/84 #3", Reply(Operations(-3601, -1800)));
        Assert.Equal((byte[])[84, 1, 2, .. Label(Some.TicksAfter(-1800))], Unit());
        Assert.Equal("4/84 #4", Reply(Operations(-1800, -1800)));
        Assert.Equal((byte[])[84, 1, 2, .. Label(Some.TicksAfter(-1799))], Unit());
        Assert.Equal("4/64 #5", Reply(Operations(-1700)));
        Assert.Equal((byte[])[64, 1, 1, 11, 2, .. Label(Some.TicksAfter(-3601))], Unit());

        // One that reaches beyond the outage ends it, and so does one that lies before its start.
        Assert.Equal("", Reply(Packets.Unit(Gb26875UnitType.SystemOperation)
            .AddSystemOperation(Packets.System, 1, 1, TimeLabel.FromUtc(Some.TicksAfter(-1))).AddSystemOperation(Packets.System, 1, 1, TimeLabel.FromUtc(Some.Ticks))));
        Assert.Equal(0, rig.Session.CommandsUnderWay);

        string Reply(object answer)
        {
            byte[] unit = answer as byte[] ?? ((Gb26875UnitWriter)answer).Unit.ToArray();
            return rig.TakeAndKeep(rig.Packet(unit, Packets.Read(rig.Sent[^1]).Serial, Gb26875Command.Reply)).Sent;
        }

        byte[] Unit() => Packets.Read(rig.Sent[^1]).Unit.Bytes.ToArray();
    }

    [Fact]
    public void An_outage_of_which_a_device_knows_nothing_is_let_be()
    {
        centre.TakeAndKeep(centre.Packet(Fire));
        for (int i = 0; i < 4; i++)
            Assert.True(centre.Session.TryRefill("889", 0, long.MaxValue));
        Assert.False(centre.Session.TryRefill("889", 0, long.MaxValue));
        // Denied to the end, not answered, answered with nothing, answered with what lies before: all end.
        for (int i = 0; i < 4 * 2 * 4 + 1; i++)
            centre.After(10);
        Assert.Equal(0, centre.Session.CommandsUnderWay);

        Assert.True(centre.Session.TryRefill("889", Some.TicksAfter(-60), long.MaxValue));
        centre.After(0);
        centre.TakeAndKeep(centre.Packet(Fire, Packets.Read(centre.Sent[^1]).Serial, Gb26875Command.Reply));
        byte[] old = [.. Operations([.. Enumerable.Range(0, 102).Select(i => -7200.0 + i)]).Unit];
        Assert.Equal((None, ""), centre.TakeAndKeep(centre.Packet(old, Packets.Read(centre.Sent[^1]).Serial, Gb26875Command.Reply)));
        Assert.Equal(0, centre.Session.CommandsUnderWay);
    }

    [Fact]
    public void A_broken_packet_is_denied_when_its_header_is_whole()
    {
        byte[] packet = centre.Packet(Fire);
        packet[^3]++;
        var output = new ArrayBufferWriter<byte>();
        Assert.True(centre.Session.TryDeny(packet, centre.Now, output));
        Assert.Equal("6 #7", CentreRig.Tell(Packets.Read(output.WrittenSpan)));
        Assert.False(centre.Session.TryDeny(packet.AsSpan(0, 26), centre.Now, output));
        Assert.False(centre.Session.TryDeny(packet.AsSpan(1), centre.Now, output));
        packet[26] = 3;
        Assert.False(centre.Session.TryDeny(packet, centre.Now, output));
    }

    [Fact]
    public void What_is_wrong_with_a_packet_is_denied_and_what_is_not_whole_is_not()
    {
        var scanner = new Gb26875FrameScanner();
        byte[] wrongSum = centre.Packet(Fire), wrongEnd = centre.Packet(Fire), tooLong = centre.Packet(Fire), half = centre.Packet(Fire)[..^4], ours = centre.Packet(Fire, command: Gb26875Command.Reply);
        wrongSum[^3]++;
        wrongEnd[^1] = 0;
        tooLong[25] = 0xFF;
        ours[^3]++;
        foreach (var (packet, sent) in new[] { (wrongSum, "6 #7"), (wrongEnd, "6 #7"), (tooLong, "6 #7"), (half, ""), (ours, "") })
        {
            var output = new ArrayBufferWriter<byte>();
            var fault = scanner.Scan(packet, isFinal: true).Fault;
            Assert.Equal(sent.Length > 0 ? Send : None, ((IFieldSession)centre.Session).Broken(packet, fault, centre.Now, output));
            Assert.Equal(sent, output.WrittenCount == 0 ? "" : CentreRig.Tell(Packets.Read(output.WrittenSpan)));
        }
    }

    [Fact]
    public void A_clock_of_our_own_that_is_nowhere_spoils_no_answer()
    {
        var output = new ArrayBufferWriter<byte>();
        var session = new Gb26875CentreSession();
        Assert.Equal(Keep, session.Take(centre.Packet(Fire), 0, output));
        Assert.Equal(Send, session.Kept(true, 0, output));
        Assert.False(Packets.Read(output.WrittenSpan[..30]).SentAt.IsValid);
        // And it is set nowhere.
        Assert.Equal("4/81 #0", CentreRig.Tell(Packets.Read(output.WrittenSpan[30..])));
    }

    [Fact]
    public void Requests_that_the_protocol_cannot_carry_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Gb26875CentreCommand.ReadDevice(Gb26875UnitType.InitialiseDevice));
        Assert.ThrowsAny<ArgumentException>(() => Gb26875CentreCommand.ReadDevice(Gb26875UnitType.ReadSystemState));
        Assert.ThrowsAny<ArgumentException>(() => Gb26875CentreCommand.ReadSystems(Gb26875UnitType.ReadSystemState));
        Assert.ThrowsAny<ArgumentException>(() => Gb26875CentreCommand.ReadSystems(Gb26875UnitType.ReadSystemVersion, Packets.System, Packets.System));
        Assert.ThrowsAny<ArgumentException>(() => Gb26875CentreCommand.ReadParts(Gb26875UnitType.ReadDeviceState, Packets.System, Packets.Part.Address));
        Assert.ThrowsAny<ArgumentException>(() => Gb26875CentreCommand.ReadDeviceOperations(0, Packets.Time));
    }

    [Fact]
    public void Settings_out_of_range_are_told()
    {
        Assert.Empty(new Gb26875SessionOptions().Validate());
        Assert.Equal(3, new Gb26875SessionOptions { MaxResends = -1, AnswerTimeout = default, DataCommands = new HashSet<byte> { 2 } }.Validate().Count);
    }

    private static byte[] Label(long ticks)
    {
        byte[] label = new byte[TimeLabel.Bytes];
        TimeLabel.FromUtc(ticks).Write(label);
        return label;
    }

    private static Gb26875UnitWriter Operations(params double[] seconds)
    {
        var unit = Packets.Unit(Gb26875UnitType.DeviceOperation);
        foreach (double second in seconds)
            unit.AddDeviceOperation(1, 1, TimeLabel.FromUtc(Some.TicksAfter(second)));
        return unit;
    }
}
