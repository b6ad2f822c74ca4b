using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Edge.Sensors.Modbus;
using SensorGrid.FieldProtocols.Modbus;
using SensorGrid.Readings;
using SensorGrid.Readings.Yaml;
using SensorGrid.Testing;

namespace SensorGrid.Edge.Tests.Sensors.Modbus;

/// <summary>The sensor against somebody else's Modbus server, by TCP, by RTU through TCP, and by RTU on a terminal line.</summary>
public sealed class ModbusSensorTests
{
    private const string Map = """
        every: 0.2s
        registers:
          - { name: voltage, address: 0, scale: 0.1, unit: V }
          - { name: temperature, address: 1, type: int16, unit: Cel }
          - { name: depth, address: 2, type: float32, unit: m }
          - { name: count, address: 4, type: uint32, order: cdab }
          - { address: 10, bits: { 0: running, 1: local, 3: fault } }
          - { name: digits, address: 20, type: bcd16 }
          - { name: broken, address: 21, type: bcd16 }
          - { name: none, address: 30, missing: 65535 }
          - { name: far, address: 300 }
          - { name: door, table: discrete, address: 1 }
          - { name: pump, table: coil, address: 1 }
          - { name: level, table: input, address: 2 }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableTheory]
    [InlineData("tcp")]
    [InlineData("rtu")]
    [InlineData("serial")]
    public async Task Every_kind_of_register_is_read_from_a_real_server(string mode)
    {
        using var server = Server(mode, out var address);
        var table = new DatastreamTable();
        await using var sensor = Sensor(address, table, new ModbusDevice(1, Registers("")));
        var values = await ValuesAsync(sensor, table, until: 12);
        Assert.Equal(230.5, values["voltage"], 1e-9);
        Assert.Equal(-40, values["temperature"]);
        Assert.Equal(3.5, values["depth"]);
        Assert.Equal(100_000, values["count"]);
        Assert.Equal((1, 0, 1), (values["running"], values["local"], values["fault"]));
        Assert.Equal(1234, values["digits"]);
        Assert.Equal(7, values["far"]);
        Assert.Equal((0, 1, 7), (values["door"], values["pump"], values["level"]));
        Assert.DoesNotContain("broken", values.Keys);
        Assert.DoesNotContain("none", values.Keys);
        Assert.Equal((0, 0), (sensor.Unanswered, sensor.Refusals));
        // Two stretches of holding registers, coils, discrete inputs, input registers: five questions for thirteen names.
        Assert.InRange(sensor.Questions, 5, 10);
    }

    [SkippableFact]
    public async Task A_silent_device_and_a_refusing_one_do_not_hold_up_the_others()
    {
        using var server = Server("tcp", out var address);
        var table = new DatastreamTable();
        await using var sensor = Sensor(
            address, table, new ModbusDevice(9, Registers("silent/")), new ModbusDevice(2, Registers("short/")), new ModbusDevice(1, Registers("good/")));
        var values = await ValuesAsync(sensor, table, until: 20);
        Assert.Equal(7, values["good/far"]);
        Assert.Equal(230.5, values["short/voltage"], 1e-9);
        Assert.DoesNotContain("short/far", values.Keys);
        Assert.DoesNotContain(values.Keys, name => name.StartsWith("silent/", StringComparison.Ordinal));
        Assert.True(sensor.Refusals > 0);
        // Three times, then it is left alone for seconds.
        Assert.InRange(sensor.Unanswered, 1, 4);
    }

    [SkippableFact]
    public async Task A_server_that_is_killed_is_asked_again_when_it_is_back()
    {
        int port = FreePort.Take();
        var table = new DatastreamTable();
        await using var sensor = Sensor(Address($"tcp://127.0.0.1:{port}"), table, new ModbusDevice(1, Registers("")));
        using (Start("tcp", port))
            Assert.Equal(3.5, (await ValuesAsync(sensor, table, until: 12))["depth"]);
        long before = sensor.Unanswered;
        var again = ValuesAsync(sensor, table, until: 24);
        await Task.WhenAny(again, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
        using var server = Start("tcp", port);
        Assert.Equal(3.5, (await again)["depth"]);
        Assert.True(sensor.Unanswered > before);
    }

    [Theory]
    [InlineData("tcp://10.0.0.1", "tcp://10.0.0.1:502")]
    [InlineData("tcp://[::1]:1502", "tcp://::1:1502")]
    [InlineData("rtu+tcp://dtu:4001", "rtu+tcp://dtu:4001")]
    [InlineData("serial:/dev/ttyS0?baud=19200&parity=none&stop=2", "serial:/dev/ttyS0")]
    public void Addresses_are_read(string text, string expected)
    {
        Assert.True(ModbusAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.ToString());
    }

    [Theory]
    [InlineData("10.0.0.1:502")]
    [InlineData("udp://10.0.0.1:502")]
    [InlineData("tcp://10.0.0.1:502/x")]
    [InlineData("serial:ttyS0")]
    [InlineData("serial:/dev/ttyS0?baud=1")]
    [InlineData("serial:/dev/ttyS0?speed=9600")]
    public void What_is_no_address_is_refused(string text) => Assert.False(ModbusAddress.TryParse(text, out _));

    private static async Task<Dictionary<string, double>> ValuesAsync(ModbusSensor sensor, DatastreamTable table, int until)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        var batch = new ReadingBatch();
        using var patience = new CancellationTokenSource(Patience);
        for (int taken = 0; taken < until; taken += batch.Count)
        {
            await sensor.SampleAsync(batch, patience.Token);
            foreach (var reading in batch.Readings)
                values[table.KeyOf(reading.Datastream).Name] = reading.Value;
        }
        return values;
    }

    private static ModbusSensor Sensor(ModbusAddress address, DatastreamTable table, params ModbusDevice[] devices) =>
        new("modbus", new(address, TimeSpan.FromSeconds(1), TimeProvider.System), devices, table.ForGateway("gw"), TimeProvider.System, NullLogger.Instance);

    private static IReadOnlyList<ModbusRegister> Registers(string prefix) => ModbusMapReader.Read("map.yaml", Map, prefix, new SourceMessages())!;

    private static ModbusAddress Address(string text) => ModbusAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static ChildProcess Server(string mode, out ModbusAddress address)
    {
        int port = FreePort.Take();
        var server = Start(mode, port, out string ready);
        address = Address(mode switch { "tcp" => $"tcp://127.0.0.1:{port}", "rtu" => $"rtu+tcp://127.0.0.1:{port}", _ => $"serial:{ready["ready ".Length..]}?parity=none" });
        return server;
    }

    private static ChildProcess Start(string mode, int port) => Start(mode, port, out _);

    private static ChildProcess Start(string mode, int port, out string ready)
    {
        const string Python = "/usr/bin/python3";
        Skip.IfNot(File.Exists(Python), "Python 3 is not installed (Debian: apt install python3-pymodbus).");
        Skip.If(
            ChildProcess.Run(Python, "-c", "import pymodbus.server").ExitCode != 0,
            "Python's pymodbus is not installed (Debian: apt install python3-pymodbus python3-serial python3-serial-asyncio).");
        var server = new ChildProcess(Python, RepositoryRoot.Combine("tests", "SensorGrid.Edge.Tests", "Sensors", "Modbus", "modbus_server.py"), mode, $"{port}");
        ready = server.LineAsync(line => line.StartsWith("ready", StringComparison.Ordinal), Patience).GetAwaiter().GetResult();
        return server;
    }
}
