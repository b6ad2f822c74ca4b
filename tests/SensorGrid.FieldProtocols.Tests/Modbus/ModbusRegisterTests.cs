using CsCheck;
using SensorGrid.FieldProtocols.Modbus;
using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols.Tests.Modbus;

public sealed class ModbusRegisterTests
{
    [Theory]
    [InlineData(ModbusType.UInt16, "FFD8", 65496)]
    [InlineData(ModbusType.Int16, "FFD8", -40)]
    [InlineData(ModbusType.UInt32, "FFFFFFD8", 4294967256)]
    [InlineData(ModbusType.Int32, "FFFFFFD8", -40)]
    [InlineData(ModbusType.Int64, "FFFFFFFFFFFFFFD8", -40)]
    [InlineData(ModbusType.UInt64, "00000001000186A0", 4295067296)]
    [InlineData(ModbusType.Float32, "40600000", 3.5)]
    [InlineData(ModbusType.Float64, "400C000000000000", 3.5)]
    [InlineData(ModbusType.Bcd16, "1234", 1234)]
    [InlineData(ModbusType.Bcd32, "12345678", 12345678)]
    public void Each_type_reads_its_bits(ModbusType type, string hex, double expected)
    {
        Assert.True(Register(type).TryReadRaw(Convert.FromHexString(hex), 0, out double raw));
        Assert.Equal(expected, raw);
    }

    [Theory]
    [InlineData(ModbusOrder.Abcd, "000186A0")]
    [InlineData(ModbusOrder.Cdab, "86A00001")]
    [InlineData(ModbusOrder.Badc, "0100A086")]
    [InlineData(ModbusOrder.Dcba, "A0860100")]
    public void Each_order_of_bytes_is_read(ModbusOrder order, string hex)
    {
        Assert.True((Register(ModbusType.UInt32) with { Order = order }).TryReadRaw(Convert.FromHexString(hex), 0, out double raw));
        Assert.Equal(100_000, raw);
    }

    [Fact]
    public void What_is_no_number_is_bad_or_missing_and_never_zero()
    {
        Assert.Equal((double.NaN, Quality.Bad), Decode(Register(ModbusType.Bcd16), "12A4"));
        Assert.Equal((double.NaN, Quality.Bad), Decode(Register(ModbusType.Float32), "7FC00000"));
        Assert.Equal((double.NaN, Quality.Bad), Decode(Register(ModbusType.Float32), "7F800000"));
        Assert.Equal((double.NaN, Quality.Missing), Decode(Register(ModbusType.UInt16) with { MissingAt = 65535 }, "FFFF"));
        Assert.Equal((230.5, Quality.Good), Decode(Register(ModbusType.UInt16) with { Scale = 0.1 }, "0901"));
        Assert.Equal((-17.5, Quality.Good), Decode(Register(ModbusType.Int16) with { Scale = 0.5, Offset = 2.5 }, "FFD8"));
    }

    [Fact]
    public void Bits_have_names_of_their_own()
    {
        var register = Register(ModbusType.UInt16) with { Element = null, Bits = [new(0, Element("running")), new(15, Element("fault"))] };
        var frame = new FieldFrame();
        new ModbusRead(new(1, ModbusTable.Holding, 10, 1), [register with { Address = 10 }]).Decode(Convert.FromHexString("8000"), 77, frame);
        Assert.Equal([("running", 0.0), ("fault", 1.0)], frame.Readings.ToArray().Select(reading => (reading.Element.Name, reading.Value)));
        Assert.All(frame.Readings.ToArray(), reading => Assert.Equal((ReadingKind.Boolean, 77L), (reading.Kind, reading.ObservedAtTicks)));
    }

    [Fact]
    public void A_plan_reads_every_register_with_requests_that_a_device_takes() => Gen.Select(
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 4], Gen.Int[0, 3], (address, type, table) => (address, type, table)).Array[1, 60], Gen.Int[4, 125], Gen.Int[0, 20]).Sample((wanted, most, gap) =>
        {
            ModbusType[] types = [ModbusType.UInt16, ModbusType.Float32, ModbusType.Float64, ModbusType.Bcd16, ModbusType.Int32];
            var registers = wanted.Select((one, i) => new ModbusRegister
            {
                Element = Element($"r{i}"), Table = (ModbusTable)(one.table + 1), Address = (ushort)one.address, Every = TimeSpan.FromSeconds(1 + i % 2),
                Type = one.table < 2 ? ModbusType.Bit : types[one.type],
            }).ToList();
            var plan = ModbusPlan.For(9, registers, most, gap);
            Assert.Equal(registers.Count, plan.Sum(read => read.Registers.Count));
            foreach (var read in plan)
            {
                Assert.InRange(read.Request.Count, 1, read.Request.IsBits ? ModbusRequest.MaxBits : most);
                Assert.All(read.Registers, register =>
                {
                    Assert.Equal((read.Request.Table, read.Registers[0].Every), (register.Table, register.Every));
                    Assert.InRange(register.Address, read.Request.Address, read.Request.Address + read.Request.Count - register.Width);
                });
            }
        });

    [Fact]
    public void Neighbours_are_read_together_and_strangers_are_not()
    {
        var plan = ModbusPlan.For(1, [At(0), At(1), At(10), At(100), At(300)], gap: 16);
        Assert.Equal([(0, 11), (100, 1), (300, 1)], plan.Select(read => ((int)read.Request.Address, (int)read.Request.Count)));
        Assert.Equal(5, ModbusPlan.For(1, [At(0), At(2), At(10), At(100), At(300)], gap: 0).Count);

        static ModbusRegister At(ushort address) => Register(ModbusType.UInt16) with { Address = address };
    }

    private static (double Value, Quality Quality) Decode(ModbusRegister register, string hex)
    {
        var frame = new FieldFrame();
        byte[] data = Convert.FromHexString(hex);
        new ModbusRead(new(1, ModbusTable.Holding, 0, (ushort)(data.Length / 2)), [register]).Decode(data, 0, frame);
        return (frame.Readings[0].Value, frame.Readings[0].Quality);
    }

    private static ModbusRegister Register(ModbusType type) => new() { Element = Element("x"), Table = ModbusTable.Holding, Address = 0, Type = type, Every = TimeSpan.FromSeconds(1) };

    private static FieldElement Element(string name) => new(name, name, "", "", "");
}
