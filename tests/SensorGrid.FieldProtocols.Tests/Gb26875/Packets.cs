using System.Buffers;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

/// <summary>Packets whose header does not matter.</summary>
internal static class Packets
{
    public static readonly DeviceAddress Device = new(889);
    public static readonly DeviceAddress Centre = new(88888);
    public static readonly TimeLabel Time = TimeLabel.FromUtc(Some.Ticks);
    public static readonly FireSystem System = new(1, 11);
    public static readonly FirePart Part = new(System, 40, new(0x0002000A));

    public static Gb26875UnitWriter Unit(Gb26875UnitType type) => new Gb26875UnitWriter().Begin(type);

    public static byte[] Of(Gb26875UnitWriter unit, Gb26875Command command = Gb26875Command.Send) => Of(unit.Unit, command);

    public static byte[] Of(ReadOnlySpan<byte> unit, Gb26875Command command = Gb26875Command.Send, ushort serial = 7) =>
        Of(new Gb26875Header(serial, Time, Device, Centre, command), unit);

    public static byte[] Of(in Gb26875Header header, ReadOnlySpan<byte> unit)
    {
        var output = new ArrayBufferWriter<byte>();
        Gb26875FrameWriter.Write(header, unit, output);
        return output.WrittenSpan.ToArray();
    }

    public static Gb26875Frame Read(ReadOnlySpan<byte> packet)
    {
        Assert.Equal(default, Gb26875Frame.TryRead(packet, out var frame));
        return frame;
    }
}
