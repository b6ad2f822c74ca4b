namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>Objects to frames of one protocol. What an object does not hold (passwords, addresses of the centre, widths) is written with a usual value;
/// what a frame cannot say is refused.</summary>
internal interface IFrameEncoder
{
    /// <summary>The bytes of one frame.</summary>
    /// <exception cref="FrameEncodeException">A field cannot be written.</exception>
    byte[] Encode(FrameObject said);
}
