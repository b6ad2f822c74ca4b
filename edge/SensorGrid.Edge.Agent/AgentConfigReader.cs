using System.Globalization;
using SensorGrid.Edge.Sampling;
using SensorGrid.Edge.Uplink;
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
        var sensors = fields.Items("sensors", required: true).Select(node => ReadSensor(node, messages)).ToList();
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

    private static SensorConfig? ReadSensor(SourceNode node, SourceMessages messages)
    {
        if (MappingFields.From(node, messages, "a sensor", "type", "from", "every", "prefix") is not { } fields)
            return null;
        switch (fields.Word("type", ["lines", "host"], required: true))
        {
            case "lines":
                Forbid(fields, "lines", "every", "prefix");
                return new LinesConfig(fields.Text("from", required: true) ?? "");
            case "host":
                Forbid(fields, "host", "from");
                var every = fields.Duration("every") ?? TimeSpan.FromMinutes(1);
                if (every < TimeSpan.FromSeconds(1))
                    fields.Error("every", "'every' of a host sensor is at least 1s");
                return new HostConfig(every, fields.Text("prefix") ?? "host/");
            default:
                return null;
        }
    }

    private static void Forbid(MappingFields fields, string type, params string[] keys)
    {
        foreach (string key in keys)
        {
            if (fields.Has(key))
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
