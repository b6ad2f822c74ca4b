namespace SensorGrid.FieldProtocols.Modbus;

/// <summary>The four tables of a device, by the function that reads them (Modbus Application Protocol V1.1b3 §6.1–6.4).</summary>
public enum ModbusTable : byte
{
    /// <summary>Single bits that can be written.</summary>
    Coil = 1,

    /// <summary>Single bits that cannot.</summary>
    Discrete = 2,

    /// <summary>16-bit registers that can be written.</summary>
    Holding = 3,

    /// <summary>16-bit registers that cannot.</summary>
    Input = 4,
}

/// <summary>A request to read.</summary>
/// <param name="Unit">Unit or slave address, 0 to 255.</param>
/// <param name="Table">Which table; its number is the function code.</param>
/// <param name="Address">First bit or register, counted from 0.</param>
/// <param name="Count">How many.</param>
public readonly record struct ModbusRequest(byte Unit, ModbusTable Table, ushort Address, ushort Count)
{
    /// <summary>Most registers one request may read (§6.3).</summary>
    public const int MaxRegisters = 125;

    /// <summary>Most bits one request may read (§6.1).</summary>
    public const int MaxBits = 2000;

    /// <summary>True when single bits are read.</summary>
    public bool IsBits => Table is ModbusTable.Coil or ModbusTable.Discrete;

    /// <summary>Bytes of data that the answer holds.</summary>
    public int DataBytes => IsBits ? (Count + 7) / 8 : Count * 2;
}

/// <summary>Exception codes a device answers with (§7).</summary>
public enum ModbusException : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>It does not know the function.</summary>
    IllegalFunction = 1,

    /// <summary>It has no such address, or not so many.</summary>
    IllegalAddress = 2,

    /// <summary>It does not take the value.</summary>
    IllegalValue = 3,

    /// <summary>It failed.</summary>
    DeviceFailure = 4,

    /// <summary>It took it and needs time.</summary>
    Acknowledge = 5,

    /// <summary>It is busy.</summary>
    Busy = 6,

    /// <summary>Its memory is damaged.</summary>
    MemoryParity = 8,

    /// <summary>The gateway has no path.</summary>
    GatewayPath = 10,

    /// <summary>The device behind the gateway does not answer.</summary>
    GatewayTarget = 11,
}
