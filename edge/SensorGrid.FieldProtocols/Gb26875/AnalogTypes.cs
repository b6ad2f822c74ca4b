namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>One analog type (模拟量类型, GB/T 26875.3-2011, 8.2.1.3): value = whole number × step.</summary>
/// <param name="Name">As it stands in names of datastreams.</param>
/// <param name="Quantity">What it is.</param>
/// <param name="Chinese">The standard's word.</param>
/// <param name="StandardUnit">The standard's unit.</param>
/// <param name="Unit">Registered SenML unit in which readings are handed on, empty when there is none.</param>
/// <param name="UnitShift">Power of ten from one to the other.</param>
/// <param name="Decimals">The step is 10 to the minus this.</param>
/// <param name="Least">Least value of the range, in the standard's unit.</param>
/// <param name="Greatest">Greatest.</param>
public sealed record AnalogType(
    string Name, string Quantity, string Chinese, string StandardUnit, string Unit, int UnitShift, int Decimals, int Least, int Greatest)
{
    /// <summary>The value of a whole number as it is sent, in <see cref="Unit"/>, rounded once.</summary>
    public double ToDouble(short raw) => DecimalNumber.ToDouble(raw, Decimals - UnitShift);

    /// <summary>Whether the number lies in the standard's range.</summary>
    public bool IsInRange(short raw)
    {
        int scale = Decimals switch { 0 => 1, 1 => 10, _ => 100 };
        return raw >= Least * scale && raw <= Greatest * scale;
    }

    /// <summary>The whole number to send for a value in the standard's unit.</summary>
    /// <exception cref="ArgumentException">It is out of range, or no whole number of steps.</exception>
    public short ToRaw(decimal value)
    {
        if (value < Least || value > Greatest)
            throw new ArgumentOutOfRangeException(nameof(value), value, $"{Quantity} goes from {Least} to {Greatest} {StandardUnit}.");
        decimal steps = value;
        for (int i = 0; i < Decimals; i++)
            steps *= 10;
        if (steps != decimal.Truncate(steps))
            throw new ArgumentException($"{value} {StandardUnit} is no whole number of steps; {Quantity} has {Decimals} decimals.", nameof(value));
        return (short)steps;
    }
}

/// <summary>The analog types. 0 is unused, 13 to 127 are reserved, 128 to 255 a maker's own.</summary>
public static class AnalogTypes
{
    private static readonly AnalogType?[] Known =
    [
        null,
        new("count", "event count", "事件计数", "件", "count", 0, 0, 0, 32000),
        new("height", "height", "高度", "m", "m", 0, 2, 0, 320),
        new("temperature", "temperature", "温度", "℃", "Cel", 0, 1, -273, 3200),
        new("pressure-mpa", "pressure", "压力", "MPa", "Pa", 6, 1, 0, 3200),
        new("pressure", "pressure", "压力", "kPa", "Pa", 3, 1, 0, 3200),
        new("gas", "gas concentration", "气体浓度", "%LEL", "", 0, 1, 0, 100),
        new("duration", "time", "时间", "s", "s", 0, 0, 0, 32000),
        new("voltage", "voltage", "电压", "V", "V", 0, 1, 0, 3200),
        new("current", "current", "电流", "A", "A", 0, 1, 0, 3200),
        new("flow", "flow", "流量", "L/s", "l/s", 0, 1, 0, 3200),
        new("air-volume", "air volume", "风量", "m3/min", "", 0, 1, 0, 3200),
        new("wind-speed", "wind speed", "风速", "m/s", "m/s", 0, 0, 0, 20),
    ];

    /// <summary>The type of a number; null when the standard has none.</summary>
    public static AnalogType? Find(byte type) => type < Known.Length ? Known[type] : null;
}
