using System.Buffers;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

public sealed class Gb26875StationSessionTests
{
    private const FieldSessionWish None = FieldSessionWish.None;
    private const FieldSessionWish Send = FieldSessionWish.Send;
    private readonly Gb26875StationMemory memory = new();
    private readonly Gb26875StationSession station;
    private long now = Some.Ticks;
    private byte[] sent = [];

    public Gb26875StationSessionTests() => station = new(new() { Address = Packets.Device, Centre = Packets.Centre }, memory);

    [Fact]
    public void An_upload_is_sent_again_as_it_was_until_it_is_confirmed()
    {
        memory.SetDeviceState(5, now);
        Assert.Equal((Send, "2/21 #0"), After(0));
        byte[] first = sent;
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal((None, ""), After(9.9));
            Assert.Equal((Send, "2/21 #0"), After(0.1));
            Assert.Equal(first, sent);
        }
        Assert.Equal((None, ""), Take(Answer(0)));
        Assert.Equal(0, memory.UploadsWaiting);
    }

    [Fact]
    public void An_upload_that_is_never_confirmed_stays_and_the_connection_is_given_up()
    {
        memory.SetDeviceState(5, now);
        After(0);
        for (int i = 0; i < 3; i++)
            After(10);
        Assert.Equal((FieldSessionWish.Close | Send, "2/21 #1"), After(10));
        Assert.Equal(1, memory.UploadsWaiting);
    }

    [Fact]
    public void An_upload_that_is_denied_each_time_lets_others_go_first()
    {
        memory.SetDeviceState(5, now);
        memory.Operate(null, 1, 1, now);
        After(0);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal((None, ""), Take(Answer(0, Gb26875Command.Deny)));
            Assert.Equal((Send, "2/21 #0"), After(10));
        }
        Assert.Equal((Send, "2/24 #1"), After(10));
        Assert.Equal((Send, "2/21 #2"), Take(Answer(1)));
    }

    [Fact]
    public void Fire_overtakes_everything()
    {
        memory.Operate(null, 1, 1, now);
        memory.Operate(null, 2, 1, now);
        Assert.Equal((Send, "2/24 #0"), After(0));
        memory.SetSystemState(Packets.System, 3, now);
        Assert.Equal((Send, "2/1 #1"), After(1));
        // The other one waits, also when its time is up.
        Assert.Equal((None, ""), After(9.5));
        Assert.Equal((Send, "2/1 #1"), After(0.5));
        Assert.Equal((Send, "2/24 #0"), ThenAfter(Take(Answer(1)), 10));
        Assert.Equal((Send, "2/24 #2"), Take(Answer(0)));
    }

    [Fact]
    public void A_confirmation_of_something_else_confirms_nothing()
    {
        memory.SetDeviceState(5, now);
        After(0);
        Assert.Equal((None, ""), Take(Answer(1)));
        Assert.Equal(1, memory.UploadsWaiting);
    }

    [Fact]
    public void Without_uploads_heartbeats_are_sent()
    {
        Assert.Equal((Send, "2 #0"), After(0));
        Take(Answer(0));
        Assert.Equal(now + TimeSpan.FromSeconds(30).Ticks, station.DueAtTicks);
        Assert.Equal((None, ""), After(29.9));
        Assert.Equal((Send, "2 #1"), After(0.1));
    }

    [Fact]
    public void A_full_memory_refuses_and_says_so()
    {
        var small = new Gb26875StationMemory(2, 2);
        Assert.True(small.SetSystemState(new(1, 1), 1, now));
        Assert.True(small.SetSystemState(new(1, 2), 1, now));
        Assert.False(small.SetSystemState(new(1, 1), 1, now));
        Assert.False(small.SetSystemState(new(1, 3), 1, now));
        for (int i = 0; i < 5; i++)
            Assert.False(small.Operate(null, (byte)i, 1, now));
        Assert.Equal(2, small.UploadsWaiting);
        var answer = new Gb26875UnitWriter();
        Assert.True(small.TryAnswer(new(Packets.Unit(Gb26875UnitType.ReadDeviceOperations).AddDeviceOperationQuery(102, TimeLabel.FromUtc(now)).Unit), now, answer));
        Assert.Equal(2, answer.Count);
    }

    [Fact]
    public void Every_request_is_answered_out_of_the_memory()
    {
        var part = Packets.Part;
        memory.SetSystemState(Packets.System, 1, now);
        memory.SetPartState(part, 1, "厨房", now);
        memory.SetAnalog(part, 3, 215, now);
        memory.Operate(Packets.System, 1, 2, now);
        memory.Operate(null, 2, 3, now);
        After(0);
        Assert.Equal("5/1 #9", Ask(Gb26875CentreCommand.ReadSystems(Gb26875UnitType.ReadSystemState, Packets.System, new FireSystem(9, 9))));
        Assert.Equal("5/2 #9", Ask(Gb26875CentreCommand.ReadParts(Gb26875UnitType.ReadPartState, Packets.System, part.Address)));
        Assert.Equal("5/3 #9", Ask(Gb26875CentreCommand.ReadParts(Gb26875UnitType.ReadPartAnalog, Packets.System, part.Address)));
        Assert.Equal("5/7 #9", Ask(Gb26875CentreCommand.ReadParts(Gb26875UnitType.ReadPartConfiguration, Packets.System, part.Address)));
        Assert.Equal("5/4 #9", Ask(Gb26875CentreCommand.ReadSystemOperations(Packets.System, 5, TimeLabel.FromUtc(now))));
        Assert.Equal("5/24 #9", Ask(Gb26875CentreCommand.ReadDeviceOperations(5, TimeLabel.FromUtc(now))));
        foreach (var what in new[] { Gb26875UnitType.ReadSystemVersion, Gb26875UnitType.ReadSystemConfiguration, Gb26875UnitType.ReadSystemClock })
            Assert.Equal($"5/{(byte)what - 60} #9", Ask(Gb26875CentreCommand.ReadSystems(what, Packets.System)));
        foreach (var what in new[] { Gb26875UnitType.ReadDeviceState, Gb26875UnitType.ReadDeviceVersion, Gb26875UnitType.ReadDeviceConfiguration, Gb26875UnitType.ReadDeviceClock })
            Assert.Equal($"5/{(byte)what - 60} #9", Ask(Gb26875CentreCommand.ReadDevice(what)));
        Assert.Equal("6 #9", Ask(Gb26875CentreCommand.ReadSystems(Gb26875UnitType.ReadSystemState, new FireSystem(9, 9))));
        Assert.Equal("6 #9", Take(Command(Gb26875Command.Request, [70, 1, 0])).Sent);
        Assert.Equal("6 #9", Take(Command(Gb26875Command.Request, [])).Sent);
        Assert.Equal("6 #9", Take(Command(Gb26875Command.Send, [])).Sent);
    }

    [Fact]
    public void A_command_that_is_sent_again_is_confirmed_again_and_done_once()
    {
        byte[] initialise = Command(Gb26875Command.Control, [89, 1, 0]);
        Assert.Equal((Send, "3 #9"), Take(initialise));
        Assert.Equal((Send, "3 #9"), Take(initialise));
        Assert.Equal(1, memory.Initialisations);
        Assert.Equal((Send, "6 #9"), Take(Command(Gb26875Command.Control, [92, 1, 0])));
        Assert.Equal((Send, "6 #9"), Take(Command(Gb26875Command.Control, [90, 1, 0, 0, 0, 0, 0, 0])));
    }

    [Fact]
    public void A_clock_is_set_and_its_time_is_that_of_packets_from_then_on()
    {
        byte[] label = new byte[6];
        TimeLabel.FromUtc(now + TimeSpan.TicksPerHour).Write(label);
        Take(Command(Gb26875Command.Control, [90, 1, .. label]));
        Assert.Equal(TimeSpan.TicksPerHour, station.ClockOffsetTicks);
        After(0);
        Assert.Equal(TimeLabel.FromUtc(now + TimeSpan.TicksPerHour), Packets.Read(sent).SentAt);
    }

    [Fact]
    public void A_roll_call_is_confirmed_at_once_and_answered_when_a_person_presses_the_key()
    {
        Assert.Equal((Send, "3 #9"), Take(Command(Gb26875Command.Control, [91, 1, 5])));
        Assert.Equal((byte)5, memory.RollCallMinutes);
        Assert.True(memory.AnswerRollCall(2, now));
        Assert.Null(memory.RollCallMinutes);
        Assert.Equal("2/24 #0", After(0).Sent);
        Assert.Equal(1 << 5, Packets.Read(sent).Unit.Bytes[2]);
    }

    [Fact]
    public void Settings_out_of_range_are_told()
    {
        Assert.Empty(new Gb26875StationOptions { Address = new(1) }.Validate());
        Assert.Equal(2, new Gb26875StationOptions { Address = new(ulong.MaxValue), MaxResends = 11 }.Validate().Count);
    }

    private (FieldSessionWish Wish, string Sent) ThenAfter((FieldSessionWish, string) first, double seconds)
    {
        Assert.Equal((None, ""), first);
        return After(seconds);
    }

    private string Ask(Gb26875CentreCommand command) => Take(Command(command.Command, command.UnitAt(default))).Sent;

    private byte[] Answer(ushort serial, Gb26875Command command = Gb26875Command.Confirm) =>
        Packets.Of(new Gb26875Header(serial, TimeLabel.FromUtc(now), Packets.Centre, Packets.Device, command), []);

    private byte[] Command(Gb26875Command command, ReadOnlySpan<byte> unit) =>
        Packets.Of(new Gb26875Header(9, TimeLabel.FromUtc(now), Packets.Centre, Packets.Device, command), unit);

    private (FieldSessionWish Wish, string Sent) Take(byte[] packet) => Run(output => station.Take(packet, now, output));

    private (FieldSessionWish Wish, string Sent) After(double seconds)
    {
        now += (long)(seconds * TimeSpan.TicksPerSecond);
        return Run(output => station.Tick(now, output));
    }

    private (FieldSessionWish Wish, string Sent) Run(Func<IBufferWriter<byte>, FieldSessionWish> act)
    {
        var output = new ArrayBufferWriter<byte>();
        var wish = act(output);
        sent = output.WrittenSpan.ToArray();
        Assert.Equal(sent.Length > 0, wish.HasFlag(Send));
        return (wish, sent.Length == 0 ? "" : CentreRig.Tell(Packets.Read(sent)));
    }
}
