using System.Buffers;
using System.Globalization;
using SensorGrid.FieldProtocols.Gb26875;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>Objects to packets of GB/T 26875.3-2011, version 1.1, with the centre at address 0.</summary>
internal sealed class Gb26875Encoder : IFrameEncoder
{
    private readonly Gb26875UnitWriter unit = new();

    /// <inheritdoc/>
    public byte[] Encode(FrameObject said)
    {
        string station = FrameObject.Require(said.Station, "station", "an address, 0 to 281474976710655");
        if (!DeviceAddress.TryParse(station, out var device))
            throw new FrameEncodeException("station", $"'{station}' is no address from 0 to {DeviceAddress.MaxValue}.");
        var (command, type) = FunctionOf(FrameObject.Require(said.Function, "function", "a command, and the type of its unit behind a stroke: 2/21"));
        long serial = FrameObject.Require(said.Serial, "serial", "0 to 65535");
        if (serial is < 0 or > ushort.MaxValue)
            throw new FrameEncodeException("serial", $"{serial} is not in 0 to 65535.");
        // Zeros, as a device without a clock sends them.
        var sentAt = said.SentAtTicks is { } ticks ? Label(ticks, "sentAt") : default;
        byte[] bytes;
        try
        {
            bytes = type is { } given ? UnitOf(said, given, sentAt) : [];
        }
        catch (ArgumentException e)
        {
            throw new FrameEncodeException("readings", e.Message, e);
        }
        bool isDown = command is Gb26875Command.Control or Gb26875Command.Request;
        var output = new ArrayBufferWriter<byte>();
        Gb26875FrameWriter.Write(new((ushort)serial, sentAt, isDown ? default : device, isDown ? device : default, command), bytes, output);
        return output.WrittenSpan.ToArray();
    }

    private static (Gb26875Command Command, Gb26875UnitType? Type) FunctionOf(string function)
    {
        string[] parts = function.Split('/');
        byte type = 0;
        if (parts.Length > 2 || !byte.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out byte command) ||
            (parts.Length == 2 && !byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out type)))
            throw new FrameEncodeException("function", $"'{function}' is no command with the type of its unit, such as 2/21.");
        return ((Gb26875Command)command, parts.Length == 2 ? (Gb26875UnitType)type : null);
    }

    private byte[] UnitOf(FrameObject said, Gb26875UnitType type, TimeLabel sentAt)
    {
        // What was not understood was kept as it came.
        if (said.Readings.FirstOrDefault(reading => reading.Name?.StartsWith("unit/", StringComparison.Ordinal) == true) is { } raw)
            return Bytes(raw);
        unit.Begin(type);
        if (UnitTypeForm.Of(type).IsDown)
            return Down(type, sentAt);
        new Gb26875ObjectEncoder(unit, said, type).Write();
        return unit.Unit.ToArray();
    }

    private byte[] Down(Gb26875UnitType type, TimeLabel sentAt)
    {
        if (type == Gb26875UnitType.SetDeviceClock)
            unit.AddDeviceClock(sentAt);
        else if (type == Gb26875UnitType.RollCall)
            unit.AddRollCall(10);
        else if (type is Gb26875UnitType.ReadDeviceState or Gb26875UnitType.ReadDeviceVersion or Gb26875UnitType.ReadDeviceConfiguration or
            Gb26875UnitType.ReadDeviceClock or Gb26875UnitType.InitialiseDevice)
            unit.AddDeviceQuery();
        else
            throw new FrameEncodeException("function", $"a request of type {(byte)type} names what it is about, and the object does not hold that.");
        return unit.Unit.ToArray();
    }

    private static byte[] Bytes(FrameValue reading)
    {
        try
        {
            return Convert.FromHexString(reading.Text);
        }
        catch (FormatException e)
        {
            throw new FrameEncodeException($"readings[{reading.Index}].value", "a unit that is kept as it came is hex digits.", e);
        }
    }

    internal static TimeLabel Label(long ticks, string field)
    {
        try
        {
            return TimeLabel.FromUtc(ticks);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FrameEncodeException(field, "a time label holds the years 2000 to 2099.", e);
        }
    }
}
