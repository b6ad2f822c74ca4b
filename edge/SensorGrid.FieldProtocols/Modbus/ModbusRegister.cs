using System.Buffers.Binary;

namespace SensorGrid.FieldProtocols.Modbus;

/// <summary>How the bits of a value lie in registers.</summary>
public enum ModbusType : byte
{
    /// <summary>One bit of a coil or discrete input.</summary>
    Bit,

    /// <summary>16 bits without a sign.</summary>
    UInt16,

    /// <summary>16 bits, two's complement.</summary>
    Int16,

    /// <summary>32 bits without a sign.</summary>
    UInt32,

    /// <summary>32 bits, two's complement.</summary>
    Int32,

    /// <summary>64 bits without a sign.</summary>
    UInt64,

    /// <summary>64 bits, two's complement.</summary>
    Int64,

    /// <summary>IEEE 754 single.</summary>
    Float32,

    /// <summary>IEEE 754 double.</summary>
    Float64,

    /// <summary>Four decimal digits.</summary>
    Bcd16,

    /// <summary>Eight decimal digits.</summary>
    Bcd32,
}

/// <summary>Where the bytes of a value of several registers stand; A is the highest. Makers differ.</summary>
public enum ModbusOrder : byte
{
    /// <summary>High register first, high byte first: as Modbus has it for one register.</summary>
    Abcd,

    /// <summary>Low register first, high byte first.</summary>
    Cdab,

    /// <summary>High register first, low byte first.</summary>
    Badc,

    /// <summary>Low register first, low byte first.</summary>
    Dcba,
}

/// <summary>A bit of a register with a name of its own.</summary>
/// <param name="Bit">0 is the lowest.</param>
/// <param name="Element">What it becomes.</param>
public sealed record ModbusBit(int Bit, FieldElement Element);

/// <summary>An entry of a map.</summary>
public sealed record ModbusRegister
{
    /// <summary>What it becomes; null when only its bits do.</summary>
    public FieldElement? Element { get; init; }

    /// <summary>Which table.</summary>
    public required ModbusTable Table { get; init; }

    /// <summary>First register or bit, counted from 0.</summary>
    public required ushort Address { get; init; }

    /// <summary>How it lies there.</summary>
    public ModbusType Type { get; init; } = ModbusType.UInt16;

    /// <summary>In which order.</summary>
    public ModbusOrder Order { get; init; }

    /// <summary>Value = raw × scale + offset.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Added after the scale.</summary>
    public double Offset { get; init; }

    /// <summary>Raw value by which the device says that it has none; null when it has no such.</summary>
    public double? MissingAt { get; init; }

    /// <summary>Bits with names.</summary>
    public IReadOnlyList<ModbusBit> Bits { get; init; } = [];

    /// <summary>How often it is read.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>Registers or bits it takes up.</summary>
    public int Width => Type switch
    {
        ModbusType.UInt32 or ModbusType.Int32 or ModbusType.Float32 or ModbusType.Bcd32 => 2,
        ModbusType.UInt64 or ModbusType.Int64 or ModbusType.Float64 => 4,
        _ => 1,
    };

    /// <summary>The raw number out of the data of an answer.</summary>
    /// <param name="data">All data of the answer.</param>
    /// <param name="offset">Register or bit in it at which this one begins.</param>
    /// <param name="raw">The number before scale and offset.</param>
    /// <returns>False when the digits are none (BCD).</returns>
    public bool TryReadRaw(ReadOnlySpan<byte> data, int offset, out double raw)
    {
        if (Type == ModbusType.Bit)
        {
            raw = (data[offset / 8] >> (offset % 8)) & 1;
            return true;
        }
        ulong bits = ReadBits(data.Slice(offset * 2, Width * 2));
        raw = Type switch
        {
            ModbusType.Int16 => (short)bits,
            ModbusType.Int32 => (int)bits,
            ModbusType.Int64 => (long)bits,
            ModbusType.Float32 => BitConverter.UInt32BitsToSingle((uint)bits),
            ModbusType.Float64 => BitConverter.UInt64BitsToDouble(bits),
            ModbusType.Bcd16 or ModbusType.Bcd32 => Digits(bits),
            _ => bits,
        };
        return !double.IsNaN(raw);
    }

    /// <summary>The bits of registers in their order, the highest byte first.</summary>
    public ulong ReadBits(ReadOnlySpan<byte> registers)
    {
        ulong bits = 0;
        int count = registers.Length / 2;
        bool lowFirst = Order is ModbusOrder.Cdab or ModbusOrder.Dcba;
        for (int i = 0; i < count; i++)
        {
            var register = registers.Slice((lowFirst ? count - 1 - i : i) * 2, 2);
            ushort value = Order is ModbusOrder.Badc or ModbusOrder.Dcba ? BinaryPrimitives.ReadUInt16LittleEndian(register) : BinaryPrimitives.ReadUInt16BigEndian(register);
            bits = bits << 16 | value;
        }
        return bits;
    }

    private double Digits(ulong bits)
    {
        double value = 0;
        for (int nibble = Width * 4 - 1; nibble >= 0; nibble--)
        {
            int digit = (int)(bits >> (nibble * 4)) & 15;
            if (digit > 9)
                return double.NaN;
            value = value * 10 + digit;
        }
        return value;
    }
}
