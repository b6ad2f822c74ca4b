using System.Buffers;
using System.Globalization;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>Objects to uplinks of SL 651-2014 in the HEX encoding, from a river station (class H) to centre 1 with password 0000.</summary>
internal sealed class Sl651Encoder : IFrameEncoder
{
    private const byte Centre = 1;
    private const byte StationClass = (byte)'H';

    /// <inheritdoc/>
    public byte[] Encode(FrameObject said)
    {
        string station = FrameObject.Require(said.Station, "station", "ten hex digits");
        if (!Sl651Address.TryParse(station, out var address))
            throw new FrameEncodeException("station", $"'{station}' is no address of ten hex digits.");
        string text = FrameObject.Require(said.Function, "function", "two hex digits");
        if (text.Length != 2 || !byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code))
            throw new FrameEncodeException("function", $"'{text}' is no function of two hex digits.");
        long serial = FrameObject.Require(said.Serial, "serial", "0 to 65535");
        if (serial is < 0 or > ushort.MaxValue)
            throw new FrameEncodeException("serial", $"{serial} is not in 0 to 65535.");
        long sentAt = FrameObject.Require(said.SentAtTicks, "sentAt", "a time");
        var function = (Sl651Function)code;
        try
        {
            var body = new Sl651BodyWriter().Begin((int)serial, sentAt);
            new Sl651BodyEncoder(body, address, function, StationClass, sentAt).Write(said.Readings);
            var output = new ArrayBufferWriter<byte>();
            var head = new Sl651FrameHead(Sl651Direction.Up, Centre, address, 0, function, Sl651End.Etx);
            Sl651FrameWriter.Write(output, head, body.Written);
            return output.WrittenSpan.ToArray();
        }
        catch (Sl651WriteException e)
        {
            throw new FrameEncodeException("readings", e.Message, e);
        }
    }
}
