using System.Globalization;
using SensorGrid.Edge.Sampling;
using SensorGrid.Edge.Sensors.Modbus;
using SensorGrid.Edge.Uplink;
using SensorGrid.FieldProtocols.Modbus;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Edge.Agent;

/// <summary>Reads <c>gateway.yaml</c>; says everything that is wrong with it at once, each with its place.</summary>
internal static class AgentConfigReader
{
    public static AgentConfig? Read(string path, string text, SourceMessages messages)
    {
        var root = YamlDocumentReader.Read(path, text, messages);
        if (root is null)
        {
            if (!messages.HasErrors)
                messages.Add(new(path, 1, 1, MessageSeverity.Error, "the file is empty; an agent needs gateway, domain, broker and sensors"));
            return null;
        }
        var fields = MappingFields.From(
            root, messages, "an agent", "gateway", "domain", "broker", "mqtt-version", "user-name", "password-file", "outbox", "uplink", "sensors",
            "deadbands", "flush-for");
        if (fields is null)
            return null;
        string? gateway = fields.Id("gateway", required: true);
        string? domain = fields.Id("domain", required: true);
        BrokerAddress? broker = null;
        if (fields.Text("broker", required: true) is { } address && !BrokerAddress.TryParse(address, out broker))
            fields.Error("broker", $"'{address}' is not a broker address: {BrokerAddress.Rule}");
        string version = fields.Word("mqtt-version", ["5", "3.1.1"]) ?? "5";
        var outbox = fields.Mapping("outbox", "'outbox'", required: false, "folder", "most");
        var uplink = fields.Mapping("uplink", "'uplink'", required: false, "window", "pack-readings");
        var sensors = fields.Items("sensors", required: true).Select(node => ReadSensor(node, path, messages)).ToList();
        if (sensors.Count == 0)
            fields.Error("sensors", "an agent needs at least one sensor");
        if (sensors.Count(sensor => sensor is LinesConfig { From: "stdin" }) > 1)
            fields.Error("sensors", "two sensors cannot both read stdin");
        var deadbands = ReadDeadbands(fields, messages);
        var config = new AgentConfig
        {
            Gateway = gateway ?? "",
            Domain = domain ?? "",
            Broker = broker ?? new("", 0),
            Protocol = version == "5" ? UplinkProtocol.Mqtt5 : UplinkProtocol.Mqtt311,
            UserName = fields.Text("user-name"),
            PasswordFile = fields.Text("password-file"),
            OutboxFolder = outbox?.Text("folder") ?? "outbox",
            OutboxMostBytes = ReadBytes(outbox, "most") ?? 256L << 20,
            Window = uplink?.Whole("window", 1, 1000) ?? 16,
            PackReadings = uplink?.Whole("pack-readings", 1, 500) ?? 100,
            FlushFor = fields.Duration("flush-for") ?? TimeSpan.FromSeconds(5),
            Sensors = [.. sensors.OfType<SensorConfig>()],
            Deadbands = deadbands,
        };
        return messages.HasErrors ? null : config;
    }

    private static SensorConfig? ReadSensor(SourceNode node, string path, SourceMessages messages)
    {
        string[] all = ["from", "every", "prefix", "address", "timeout", "devices"];
        if (MappingFields.From(node, messages, "a sensor", ["type", .. all]) is not { } fields)
            return null;
        switch (fields.Word("type", ["lines", "host", "modbus"], required: true))
        {
            case "lines":
                Allow(fields, "lines", all, "from");
                return new LinesConfig(fields.Text("from", required: true) ?? "");
            case "host":
                Allow(fields, "host", all, "every", "prefix");
                var every = fields.Duration("every") ?? TimeSpan.FromMinutes(1);
                if (every < TimeSpan.FromSeconds(1))
                    fields.Error("every", "'every' of a host sensor is at least 1s");
                return new HostConfig(every, fields.Text("prefix") ?? "host/");
            case "modbus":
                Allow(fields, "modbus", all, "address", "timeout", "devices");
                return ReadModbus(fields, path, messages);
            default:
                return null;
        }
    }

    private static ModbusConfig? ReadModbus(MappingFields fields, string path, SourceMessages messages)
    {
        ModbusAddress? address = null;
        if (fields.Text("address", required: true) is { } text && !ModbusAddress.TryParse(text, out address))
            fields.Error("address", $"'{text}' is not where Modbus devices are: {ModbusAddress.Rule}");
        var timeout = fields.Duration("timeout") ?? TimeSpan.FromSeconds(1);
        if (timeout < TimeSpan.FromMilliseconds(10) || timeout > TimeSpan.FromMinutes(1))
            fields.Error("timeout", "'timeout' is 0.01s to 1min");
        var devices = new List<ModbusDevice>();
        var units = new HashSet<int>();
        foreach (var node in fields.Items("devices", required: true))
        {
            if (MappingFields.From(node, messages, "a device", "unit", "map", "prefix", "most-registers", "gap") is not { } device)
                continue;
            int unit = device.Whole("unit", 0, 255, required: true) ?? 0;
            if (!units.Add(unit))
                device.Error("unit", $"another device on this line is {unit} already");
            int most = device.Whole("most-registers", 4, ModbusRequest.MaxRegisters) ?? ModbusRequest.MaxRegisters;
            int gap = device.Whole("gap", 0, ModbusRequest.MaxRegisters) ?? ModbusPlan.DefaultGap;
            if (device.Text("map", required: true) is { } map && ReadMap(device, path, map, device.Text("prefix") ?? "", messages) is { } registers)
                devices.Add(new((byte)unit, registers, most, gap));
        }
        return address is null ? null : new(address, timeout, devices);
    }

    private static IReadOnlyList<ModbusRegister>? ReadMap(MappingFields device, string path, string map, string prefix, SourceMessages messages)
    {
        string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, map);
        try
        {
            return ModbusMapReader.Read(file, File.ReadAllText(file), prefix, messages);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            device.Error("map", $"the register map cannot be read: {e.Message}");
            return null;
        }
    }

    private static void Allow(MappingFields fields, string type, string[] all, params ReadOnlySpan<string> allowed)
    {
        foreach (string key in all)
        {
            if (!allowed.Contains(key) && fields.Has(key))
                fields.Error(key, $"a sensor of type {type} has no '{key}'");
        }
    }

    private static List<Deadband> ReadDeadbands(MappingFields agent, SourceMessages messages)
    {
        var deadbands = new List<Deadband>();
        foreach (var node in agent.Items("deadbands"))
        {
            if (MappingFields.From(node, messages, "a deadband", "name", "change", "at-least-every") is not { } fields)
                continue;
            string? name = fields.Text("name", required: true);
            double? change = fields.Number("change", required: true);
            var atLeastEvery = fields.Duration("at-least-every", required: true);
            if (change <= 0)
                fields.Error("change", "'change' of a deadband is a number above 0");
            if (name is not null && deadbands.Exists(deadband => deadband.Name == name))
                fields.Error("name", $"'{name}' has a deadband already");
            if (name is not null && change is not null && atLeastEvery is not null)
                deadbands.Add(new(name, change.Value, atLeastEvery.Value));
        }
        return deadbands;
    }

    private static long? ReadBytes(MappingFields? fields, string key)
    {
        if (fields?.Text(key) is not { } text)
            return null;
        foreach (var (suffix, factor) in ((string, long)[])[("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30)])
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && long.TryParse(text[..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                && number > 0 && number <= (1L << 40) / factor)
                return number * factor;
        }
        fields.Error(key, $"'{key}' is a size such as 64MiB (KiB, MiB or GiB, at most 1024GiB), not '{text}'");
        return null;
    }
}
