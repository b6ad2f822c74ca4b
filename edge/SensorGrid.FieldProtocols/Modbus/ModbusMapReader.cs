using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.FieldProtocols.Modbus;

/// <summary>Register maps as engineers write them, in YAML; says everything that is wrong at once, each with its place. Format in
/// <c>edge/docs/modbus.md</c>.</summary>
public static class ModbusMapReader
{
    private const int MostRegisters = 10_000;

    private static readonly Dictionary<string, ModbusTable> Tables = new(StringComparer.Ordinal)
    {
        ["coil"] = ModbusTable.Coil, ["discrete"] = ModbusTable.Discrete, ["holding"] = ModbusTable.Holding, ["input"] = ModbusTable.Input,
    };

    private static readonly Dictionary<string, ModbusType> Types = Enum.GetValues<ModbusType>()
        .Where(type => type != ModbusType.Bit).ToDictionary(type => type.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    private static readonly Dictionary<string, ModbusOrder> Orders = Enum.GetValues<ModbusOrder>()
        .ToDictionary(order => order.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Reads a map.</summary>
    /// <param name="path">Named in messages.</param>
    /// <param name="text">The file.</param>
    /// <param name="prefix">Put before every name, e.g. <c>pump-1/</c>.</param>
    /// <param name="messages">Gets what is wrong.</param>
    /// <returns>Null when something is.</returns>
    public static IReadOnlyList<ModbusRegister>? Read(string path, string text, string prefix, SourceMessages messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var root = YamlDocumentReader.Read(path, text, messages);
        if (root is null)
        {
            if (!messages.HasErrors)
                messages.Add(new(path, 1, 1, MessageSeverity.Error, "the file is empty; a map needs registers"));
            return null;
        }
        if (MappingFields.From(root, messages, "a register map", "every", "registers") is not { } fields)
            return null;
        var every = ReadEvery(fields) ?? TimeSpan.FromSeconds(10);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var registers = new List<ModbusRegister>();
        foreach (var node in fields.Items("registers", required: true))
        {
            if (ReadRegister(node, prefix, every, names, messages) is { } register)
                registers.Add(register);
        }
        if (registers.Count == 0 && !messages.HasErrors)
            fields.Error("registers", "a map needs at least one register");
        if (registers.Count > MostRegisters)
            fields.Error("registers", $"a map has at most {MostRegisters} registers, this one {registers.Count}");
        return messages.HasErrors ? null : registers;
    }

    private static ModbusRegister? ReadRegister(SourceNode node, string prefix, TimeSpan every, HashSet<string> names, SourceMessages messages)
    {
        if (MappingFields.From(
                node, messages, "a register", "name", "quantity", "table", "address", "type", "order", "scale", "offset", "missing", "unit", "bits", "every") is not { } fields)
            return null;
        string? tableWord = fields.Word("table", Tables.Keys) ?? "holding";
        var table = Tables.GetValueOrDefault(tableWord, ModbusTable.Holding);
        int? address = fields.Whole("address", 0, ushort.MaxValue, required: true);
        bool isBit = table is ModbusTable.Coil or ModbusTable.Discrete;
        if (isBit)
        {
            foreach (string key in (string[])["type", "order", "scale", "offset", "missing", "unit", "bits"])
            {
                if (fields.Has(key))
                    fields.Error(key, $"a {tableWord} is one bit and has no '{key}'");
            }
        }
        var type = isBit ? ModbusType.Bit : Types.GetValueOrDefault(fields.Word("type", Types.Keys) ?? "uint16", ModbusType.UInt16);
        var order = Orders.GetValueOrDefault(fields.Word("order", Orders.Keys) ?? "abcd", ModbusOrder.Abcd);
        string unit = fields.Text("unit") ?? "";
        if (unit.Length > 0 && UnitRegistry.IdOf(unit) == UnitRegistry.Unknown)
            fields.Error("unit", $"'{unit}' is no registered SenML unit; scale to one, or leave it out and let the catalogue say it");
        double scale = fields.Number("scale") ?? 1;
        if (scale == 0)
            fields.Error("scale", "a scale of 0 makes every value the same");
        var element = ReadElement(fields, prefix, $"{tableWord}:{address}", unit, names);
        var register = new ModbusRegister
        {
            Element = element,
            Table = table,
            Address = (ushort)(address ?? 0),
            Type = type,
            Order = order,
            Scale = scale,
            Offset = fields.Number("offset") ?? 0,
            MissingAt = fields.Number("missing"),
            Every = ReadEvery(fields) ?? every,
            Bits = isBit ? [] : ReadBits(fields, prefix, $"{tableWord}:{address}", type, names),
        };
        if (!fields.Has("name") && !fields.Has("bits"))
            fields.Error("name", "a register needs a name, or bits with names");
        if (register.Address + register.Width > ushort.MaxValue + 1)
            fields.Error("address", $"a {type.ToString().ToLowerInvariant()} at {register.Address} reaches beyond the last register");
        return register;
    }

    private static FieldElement? ReadElement(MappingFields fields, string prefix, string code, string unit, HashSet<string> names)
    {
        if (fields.Text("name") is not { } name)
            return null;
        return TakeName(fields, "name", prefix + name, names) ? new(code, prefix + name, fields.Text("quantity") ?? "", unit, unit) : null;
    }

    private static List<ModbusBit> ReadBits(MappingFields fields, string prefix, string code, ModbusType type, HashSet<string> names)
    {
        var bits = new List<ModbusBit>();
        int most = type switch { ModbusType.UInt16 => 16, ModbusType.UInt32 => 32, ModbusType.UInt64 => 64, _ => 0 };
        if (!fields.Has("bits"))
            return bits;
        if (most == 0)
            fields.Error("bits", "bits are of a uint16, uint32 or uint64");
        foreach (var (key, name) in fields.TextMap("bits"))
        {
            if (!int.TryParse(key, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int bit) || bit >= most)
                fields.Error("bits", $"'{key}' is no bit of it: 0 to {most - 1}, 0 is the lowest");
            else if (TakeName(fields, "bits", prefix + name, names))
                bits.Add(new(bit, new($"{code}.{bit}", prefix + name, "", "", "")));
        }
        return bits;
    }

    private static bool TakeName(MappingFields fields, string key, string name, HashSet<string> names)
    {
        if (!DatastreamNames.IsValid(name))
            fields.Error(key, $"'{name}' cannot be a datastream's name: {DatastreamNames.Rule}");
        else if (!names.Add(name))
            fields.Error(key, $"'{name}' is another register's name already");
        else
            return true;
        return false;
    }

    private static TimeSpan? ReadEvery(MappingFields fields)
    {
        var every = fields.Duration("every");
        if (every < TimeSpan.FromMilliseconds(100))
            fields.Error("every", "'every' is at least 0.1s");
        return every;
    }
}
