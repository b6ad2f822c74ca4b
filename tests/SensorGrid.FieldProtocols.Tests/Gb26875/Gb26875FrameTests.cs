using System.Text;
using System.Text.Json;
using SensorGrid.FieldProtocols.Gb26875;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

/// <summary>The published packets field by field, as they stand on the wire.</summary>
public sealed class Gb26875FrameTests
{
    [Theory, MemberData(nameof(Gb26875Vector.GoodNames), MemberType = typeof(Gb26875Vector))]
    public void Every_published_field_is_found(string name)
    {
        var vector = Gb26875Vector.Named(name);
        var frame = Packets.Read(vector.Input);
        foreach (var field in vector.Expect.EnumerateObject())
        {
            if (field.Name == "unit")
                AssertUnit(field.Value, frame.Unit);
            else
                AssertText(field, HeaderField(frame, field.Name));
        }
        Assert.True(vector.Expect.TryGetProperty("unit", out _) || frame.Unit.Layout == UnitLayout.Empty);
    }

    private static string HeaderField(Gb26875Frame frame, string name) => name switch
    {
        "serial" => $"{frame.Serial}",
        "version" => $"[{frame.MajorVersion}, {frame.UserVersion}]",
        "time" => Text(frame.SentAt),
        "src" => $"{frame.Source}",
        "srcHex" => frame.Source.Hex,
        "dst" => $"{frame.Destination}",
        "dstHex" => frame.Destination.Hex,
        "length" => $"{frame.Unit.Bytes.Length}",
        "command" => $"{(byte)frame.Command}",
        "checksum" => $"{frame.Checksum}",
        _ => throw new ArgumentException($"nothing checks {name}"),
    };

    private static void AssertUnit(JsonElement expected, Gb26875Unit unit)
    {
        foreach (var field in expected.EnumerateObject())
        {
            if (field.Name == "objects")
                AssertObjects(field.Value, unit);
            else
                AssertText(field, UnitField(unit, field.Name));
        }
    }

    private static string UnitField(Gb26875Unit unit, string name) => name switch
    {
        "type" => $"{(byte)unit.Type}",
        "count" => $"{unit.Count}",
        "objectSize" => $"{unit.ObjectBytes}",
        "vendor" => unit.Layout == UnitLayout.Vendor ? "True" : "False",
        "error" => unit.Layout switch { UnitLayout.TooShort => "unit_too_short", UnitLayout.Mismatch => "unit_length_mismatch", _ => "" },
        "layout" => unit.Layout == UnitLayout.Compact ? "compact, no description" : "",
        "bodyHex" or "reserved" => Convert.ToHexStringLower(unit.Body),
        "hex" => Convert.ToHexStringLower(unit.Bytes),
        "time" => Text(First(unit).Time),
        _ => throw new ArgumentException($"nothing checks {name}"),
    };

    private static Gb26875Object First(Gb26875Unit unit)
    {
        var walker = unit.GetEnumerator();
        Assert.True(walker.MoveNext());
        return walker.Current;
    }

    private static void AssertObjects(JsonElement expected, Gb26875Unit unit)
    {
        int i = 0;
        foreach (var item in unit)
        {
            foreach (var field in expected[i].EnumerateObject())
                AssertText(field, ObjectField(item, field.Name));
            i++;
        }
        Assert.Equal(expected.GetArrayLength(), i);
    }

    private static string ObjectField(Gb26875Object item, string name) => name switch
    {
        "sysType" => $"{item.System.Type}",
        "sysAddr" => $"{item.System.Address}",
        "partType" => $"{item.Part.Type}",
        "partAddr" => $"{item.Part.Address.Value}",
        "partAddrHex" => item.Part.Address.Hex,
        "state" => $"{item.State}",
        "bits" => Bits(item),
        "descHex" => Convert.ToHexStringLower(item.Text),
        "desc" => Description(item.Text),
        "time" => Text(item.Time),
        "op" => $"{item.Operation}",
        "operator" => $"{item.Operator}",
        "major" => $"{item.Major}",
        "minor" => $"{item.Minor}",
        "analogType" => $"{item.AnalogType}",
        "raw" => $"{item.RawValue}",
        "value" => DecimalNumber.ToDouble(item.RawValue, AnalogTypes.Find(item.AnalogType)!.Decimals).ToString("0.0"),
        "unit" => AnalogTypes.Find(item.AnalogType)!.StandardUnit,
        _ => throw new ArgumentException($"nothing checks {name}"),
    };

    private static string Bits(Gb26875Object item)
    {
        var (bits, set) = item.Type switch
        {
            Gb26875UnitType.SystemState => (StateBits.System, item.State),
            Gb26875UnitType.PartState => (StateBits.Part, item.State),
            Gb26875UnitType.DeviceState => (StateBits.Device, item.State),
            Gb26875UnitType.SystemOperation => (StateBits.SystemOperation, item.Operation),
            _ => (StateBits.DeviceOperation, item.Operation),
        };
        return $"[{string.Join(", ", bits.Where((_, i) => (set >> i & 1) == 1).Select(bit => $"\"{Camel(bit.Name)}\""))}]";
    }

    private static string Camel(string name) =>
        string.Concat(name.Split('-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    private static string Description(ReadOnlySpan<byte> raw)
    {
        byte[] utf8 = new byte[Gb18030Text.MaxUtf8Bytes(raw.Length)];
        return Encoding.UTF8.GetString(utf8, 0, Gb18030Text.ToUtf8(raw, utf8, out _));
    }

    private static string Text(TimeLabel time) => time.IsValid ? time.ToString() : $"{{\"invalid\": \"{time}\"}}";

    private static void AssertText(JsonProperty expected, string actual) =>
        Assert.Equal($"{expected.Name} {(expected.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object or JsonValueKind.Number ? expected.Value.GetRawText() : expected.Value.ToString())}", $"{expected.Name} {actual}");
}
