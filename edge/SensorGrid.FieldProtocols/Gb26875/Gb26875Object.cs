using System.Buffers.Binary;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>One information object (信息对象, GB/T 26875.3-2011, 8.2.1 bodies, 8.3 which type has which) as it stands in a unit. Which fields it has
/// depends on its type; asking for another one is our mistake.</summary>
/// <remarks><code>
///  1  system 2 | state u16 | time 6
///  2  system 2 | part type 1 | part 4 | state u16 | text 31 | time 6        (compact: without text)
///  3  system 2 | part type 1 | part 4 | analog type 1 | value i16 | time 6
///  4  system 2 | operation 1 | operator 1 | time 6
///  5  system 2 | major 1 | minor 1
///  6  system 2 | L 1 | text L
///  7  system 2 | part type 1 | part 4 | text 31
///  8  system 2 | time 6
/// 21  state 1 | time 6
/// 24  operation 1 | operator 1 | time 6
/// 25  major 1 | minor 1
/// 26  L 1 | text L
/// 28  time 6
/// 61 65 66 68  system 2          62 63 67  system 2 | part 4
/// 64  system 2 | wanted 1 | from 6          84  wanted 1 | from 6
/// 81 85 86 88 89  0          90  time 6          91  minutes 1
/// </code></remarks>
public readonly ref struct Gb26875Object
{
    /// <summary>Bytes of the text of types 2 and 7.</summary>
    public const int TextBytes = 31;

    internal Gb26875Object(Gb26875UnitType type, ReadOnlySpan<byte> bytes)
    {
        Type = type;
        Bytes = bytes;
    }

    /// <summary>Type of the unit.</summary>
    public Gb26875UnitType Type { get; }

    /// <summary>The whole object.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The system, of types 1 to 8 and 61 to 68.</summary>
    public FireSystem System => new(Bytes[0], Bytes[1]);

    /// <summary>The part, of types 2, 3 and 7; of 62, 63 and 67 without its type, which they do not carry.</summary>
    public FirePart Part => Type < Gb26875UnitType.ReadSystemState
        ? new(System, Bytes[2], PartAddress.Read(Bytes[3..]))
        : new(System, 0, PartAddress.Read(Bytes[2..]));

    /// <summary>State word of types 1 and 2, state byte of type 21.</summary>
    public ushort State => Type switch
    {
        Gb26875UnitType.DeviceState => Bytes[0],
        Gb26875UnitType.PartState => BinaryPrimitives.ReadUInt16LittleEndian(Bytes[7..]),
        _ => BinaryPrimitives.ReadUInt16LittleEndian(Bytes[2..]),
    };

    /// <summary>Text of types 2, 6, 7 and 26 as it stands: GB 18030 with its padding; empty in compact objects.</summary>
    public ReadOnlySpan<byte> Text => Type switch
    {
        Gb26875UnitType.PartState => Bytes[9..^TimeLabel.Bytes],
        Gb26875UnitType.PartConfiguration => Bytes[7..],
        Gb26875UnitType.DeviceConfiguration => Bytes[1..],
        _ => Bytes[3..],
    };

    /// <summary>模拟量类型 of type 3.</summary>
    public byte AnalogType => Bytes[7];

    /// <summary>模拟量值 of type 3, in steps of its type.</summary>
    public short RawValue => BinaryPrimitives.ReadInt16LittleEndian(Bytes[8..]);

    /// <summary>操作标志 of types 4 and 24.</summary>
    public byte Operation => Bytes[Type == Gb26875UnitType.SystemOperation ? 2 : 0];

    /// <summary>操作员编号 of types 4 and 24.</summary>
    public byte Operator => Bytes[Type == Gb26875UnitType.SystemOperation ? 3 : 1];

    /// <summary>主版本号 of types 5 and 25.</summary>
    public byte Major => Bytes[^2];

    /// <summary>次版本号 of types 5 and 25.</summary>
    public byte Minor => Bytes[^1];

    /// <summary>How many records types 64 and 84 want.</summary>
    public byte Wanted => Bytes[Type == Gb26875UnitType.ReadSystemOperations ? 2 : 0];

    /// <summary>Minutes in which the person on duty has to answer, of type 91.</summary>
    public byte Minutes => Bytes[0];

    /// <summary>Time label of the types that have one: of the event, or from when records are wanted.</summary>
    public TimeLabel Time => TimeLabel.Read(Bytes[^TimeLabel.Bytes..]);
}
