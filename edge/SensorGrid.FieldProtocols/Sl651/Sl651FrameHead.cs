namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>What a frame to be written has around its body.</summary>
/// <param name="Direction">Which way it goes; decides the order of the addresses.</param>
/// <param name="Centre">Address of the centre.</param>
/// <param name="Station">Address of the station.</param>
/// <param name="Password">Two bytes; an answer repeats those of the request.</param>
/// <param name="Function">What the frame is.</param>
/// <param name="End">End character.</param>
/// <param name="Encoding">HEX/BCD or ASCII.</param>
public readonly record struct Sl651FrameHead(
    Sl651Direction Direction, byte Centre, Sl651Address Station, ushort Password, Sl651Function Function, Sl651End End,
    Sl651Encoding Encoding = Sl651Encoding.Hex)
{
    /// <summary>The head of an answer to a frame: same addresses, password, function and encoding, the other way.</summary>
    public static Sl651FrameHead AnswerTo(in Sl651Header header, Sl651End end) => new(
        header.Direction == Sl651Direction.Up ? Sl651Direction.Down : Sl651Direction.Up,
        header.Centre, header.Station, header.Password, header.Function, end, header.Encoding);

    /// <summary>The head of a frame that was read.</summary>
    public static Sl651FrameHead Of(in Sl651Header header) =>
        new(header.Direction, header.Centre, header.Station, header.Password, header.Function, header.End, header.Encoding);
}
