using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols.Modbus;

/// <summary>One request and the entries of the map that it answers.</summary>
/// <param name="Request">The request.</param>
/// <param name="Registers">What its data hold, by address.</param>
public sealed record ModbusRead(ModbusRequest Request, IReadOnlyList<ModbusRegister> Registers)
{
    /// <summary>Turns the data of the answer into readings.</summary>
    /// <param name="data">The data.</param>
    /// <param name="observedAtTicks">When they came, UTC ticks: Modbus knows no times.</param>
    /// <param name="into">Gets the readings; not cleared.</param>
    public void Decode(ReadOnlySpan<byte> data, long observedAtTicks, FieldFrame into)
    {
        foreach (var register in Registers)
        {
            int offset = register.Address - Request.Address;
            bool isNumber = register.TryReadRaw(data, offset, out double raw);
            if (register.Element is { } element)
                into.Add(Reading(register, element, isNumber, raw, observedAtTicks));
            foreach (var bit in register.Bits)
            {
                ulong bits = register.ReadBits(data.Slice(offset * 2, register.Width * 2));
                into.Add(new(bit.Element, (bits >> bit.Bit) & 1, observedAtTicks, Quality.Good, ReadingKind.Boolean));
            }
        }
    }

    private static FieldReading Reading(ModbusRegister register, FieldElement element, bool isNumber, double raw, long observedAtTicks)
    {
        if (register.Type == ModbusType.Bit)
            return new(element, raw, observedAtTicks, Quality.Good, ReadingKind.Boolean);
        if (isNumber && raw.Equals(register.MissingAt))
            return new(element, double.NaN, observedAtTicks, Quality.Missing);
        double value = raw * register.Scale + register.Offset;
        return isNumber && double.IsFinite(value) ? new(element, value, observedAtTicks) : new(element, double.NaN, observedAtTicks, Quality.Bad);
    }
}

/// <summary>Which requests read a map: neighbours of one table and interval are read together.</summary>
public static class ModbusPlan
{
    /// <summary>Registers nobody wants that are read along rather than asking twice: a request costs a round trip, a register two bytes.</summary>
    public const int DefaultGap = 16;

    /// <summary>Makes the requests.</summary>
    /// <param name="unit">Unit or slave address.</param>
    /// <param name="registers">The map.</param>
    /// <param name="mostRegisters">Most registers of one request; some devices take fewer than <see cref="ModbusRequest.MaxRegisters"/>.</param>
    /// <param name="gap">Most registers that are read along between two wanted ones; 0 for devices that refuse a range with a hole in it.</param>
    public static IReadOnlyList<ModbusRead> For(byte unit, IEnumerable<ModbusRegister> registers, int mostRegisters = ModbusRequest.MaxRegisters, int gap = DefaultGap)
    {
        var reads = new List<ModbusRead>();
        foreach (var group in registers.GroupBy(register => (register.Table, register.Every)).OrderBy(group => group.Key.Every).ThenBy(group => group.Key.Table))
        {
            var together = new List<ModbusRegister>();
            int end = 0;
            foreach (var register in group.OrderBy(register => register.Address).ThenBy(register => register.Width))
            {
                int most = group.Key.Table is ModbusTable.Coil or ModbusTable.Discrete ? ModbusRequest.MaxBits : mostRegisters;
                int registerEnd = register.Address + register.Width;
                if (together.Count > 0 && (register.Address - end > gap || Math.Max(end, registerEnd) - together[0].Address > most))
                {
                    reads.Add(Read(unit, together, end));
                    together = [];
                    end = 0;
                }
                together.Add(register);
                end = Math.Max(end, registerEnd);
            }
            reads.Add(Read(unit, together, end));
        }
        return reads;
    }

    private static ModbusRead Read(byte unit, List<ModbusRegister> registers, int end) =>
        new(new(unit, registers[0].Table, registers[0].Address, (ushort)(end - registers[0].Address)), registers);
}
