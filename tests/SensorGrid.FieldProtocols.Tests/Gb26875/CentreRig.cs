using System.Buffers;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

/// <summary>The centre's side with a clock that the test moves. What is sent is told as command, type and serial: <c>3 #7</c>, <c>4/81
/// #0</c>.</summary>
internal sealed class CentreRig(Gb26875SessionOptions options)
{
    public Gb26875CentreSession Session { get; } = new(options);

    public long Now { get; private set; } = Some.Ticks;

    /// <summary>The packets sent last.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>Options with nothing sent unasked.</summary>
    public static Gb26875SessionOptions Quiet { get; } = new() { FirstSerial = 0, SetClock = false, AskOnConnect = false, PollEvery = TimeSpan.FromDays(1), SilentAfter = TimeSpan.FromDays(1) };

    public (FieldSessionWish Wish, string Sent) Take(byte[] packet) => Run(output => Session.Take(packet, Now, output));

    public (FieldSessionWish Wish, string Sent) Kept(bool isDurable = true) => Run(output => Session.Kept(isDurable, Now, output));

    public (FieldSessionWish Wish, string Sent) TakeAndKeep(byte[] packet)
    {
        Assert.Equal((FieldSessionWish.Keep, ""), Take(packet));
        Assert.Equal(packet, Session.Payload.ToArray());
        return Kept();
    }

    public (FieldSessionWish Wish, string Sent) After(double seconds)
    {
        Now += (long)(seconds * TimeSpan.TicksPerSecond);
        return Run(output => Session.Tick(Now, output));
    }

    /// <summary>A packet of the device, sent now.</summary>
    public byte[] Packet(ReadOnlySpan<byte> unit, ushort serial = 7, Gb26875Command command = Gb26875Command.Send, ulong device = 889) =>
        Packets.Of(new Gb26875Header(serial, TimeLabel.FromUtc(Now), new(device), Packets.Centre, command), unit);

    private (FieldSessionWish Wish, string Sent) Run(Func<IBufferWriter<byte>, FieldSessionWish> act)
    {
        var output = new ArrayBufferWriter<byte>();
        var wish = act(output);
        Sent.Clear();
        var rest = output.WrittenSpan;
        var scanner = new Gb26875FrameScanner();
        while (!rest.IsEmpty)
        {
            var scan = scanner.Scan(rest, true);
            Assert.Equal(0, scan.Start);
            Sent.Add(rest[..scan.Length].ToArray());
            rest = rest[scan.Length..];
        }
        Assert.Equal(Sent.Count > 0, wish.HasFlag(FieldSessionWish.Send));
        return (wish, string.Join(' ', Sent.Select(packet => Tell(Packets.Read(packet)))));
    }

    public static string Tell(Gb26875Frame packet) =>
        $"{(byte)packet.Command}{(packet.Unit.Layout == UnitLayout.Empty ? "" : $"/{(byte)packet.Unit.Type}")} #{packet.Serial}";
}
