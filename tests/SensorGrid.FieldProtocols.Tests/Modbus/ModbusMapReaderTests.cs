using SensorGrid.FieldProtocols.Modbus;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.FieldProtocols.Tests.Modbus;

public sealed class ModbusMapReaderTests
{
    [Fact]
    public void A_map_is_read_with_its_defaults()
    {
        var messages = new SourceMessages();
        var map = ModbusMapReader.Read("meter.yaml", """
            every: 5s
            registers:
              - { name: voltage, address: 0, scale: 0.1, unit: V, quantity: phase voltage }
              - { name: energy, table: input, address: 4, type: uint32, order: cdab, every: 1min, missing: 4294967295 }
              - { address: 10, bits: { 0: running, 3: fault } }
              - { name: door, table: discrete, address: 7 }
            """, "pump-1/", messages);
        Assert.Empty(messages.ToList());
        Assert.Equal(4, map!.Count);
        Assert.Equal(("pump-1/voltage", "phase voltage", "V", 0.1, TimeSpan.FromSeconds(5)),
            (map[0].Element!.Name, map[0].Element!.Quantity, map[0].Element!.Unit, map[0].Scale, map[0].Every));
        Assert.Equal((ModbusTable.Input, ModbusType.UInt32, ModbusOrder.Cdab, 4294967295, TimeSpan.FromMinutes(1)), (map[1].Table, map[1].Type, map[1].Order, map[1].MissingAt, map[1].Every));
        Assert.Null(map[2].Element);
        Assert.Equal([(0, "pump-1/running"), (3, "pump-1/fault")], map[2].Bits.Select(bit => (bit.Bit, bit.Element.Name)));
        Assert.Equal((ModbusTable.Discrete, ModbusType.Bit), (map[3].Table, map[3].Type));
    }

    [Theory]
    [InlineData("registers: []", "meter.yaml:1:12: a map needs at least one register")]
    [InlineData("registers:\n- { name: a }", "meter.yaml:2:3: a register needs 'address'")]
    [InlineData("registers:\n- { name: a, address: 70000 }", "2:23")]
    [InlineData("registers:\n- { name: a, address: 1, type: uint17 }", "'uint17'")]
    [InlineData("registers:\n- { name: a, address: 1, unit: Volt }", "'Volt' is no registered SenML unit")]
    [InlineData("registers:\n- { name: a b, address: 1 }", "'a b' cannot be a datastream's name")]
    [InlineData("registers:\n- { name: a, address: 1 }\n- { name: a, address: 2 }", "meter.yaml:3:11: 'a' is another register's name already")]
    [InlineData("registers:\n- { address: 1 }", "a register needs a name, or bits with names")]
    [InlineData("registers:\n- { name: a, address: 1, table: coil, scale: 2 }", "a coil is one bit and has no 'scale'")]
    [InlineData("registers:\n- { address: 1, bits: { 16: a } }", "'16' is no bit of it: 0 to 15")]
    [InlineData("registers:\n- { address: 1, type: float32, bits: { 1: a } }", "bits are of a uint16, uint32 or uint64")]
    [InlineData("registers:\n- { name: a, address: 65535, type: uint32 }", "reaches beyond the last register")]
    [InlineData("registers:\n- { name: a, address: 1, scale: 0 }", "a scale of 0")]
    [InlineData("every: 1ms\nregisters:\n- { name: a, address: 1 }", "'every' is at least 0.1s")]
    [InlineData("", "the file is empty")]
    public void What_is_wrong_is_told_with_its_place(string text, string expected)
    {
        var messages = new SourceMessages();
        Assert.Null(ModbusMapReader.Read("meter.yaml", text, "", messages));
        Assert.Contains(messages.ToList(), message => message.ToString().Contains(expected, StringComparison.Ordinal));
    }
}
