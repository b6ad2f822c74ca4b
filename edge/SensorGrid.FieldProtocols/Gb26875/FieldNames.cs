using System.Globalization;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Names of datastreams, as edge/docs/gb26875.md lists them, made once for each system and part. They depend on nothing but the bytes of
/// the frame, so a replay gives the same ones. Not thread-safe.</summary>
internal sealed class FieldNames(Gb26875ReaderOptions options)
{
    // Analog types share the space of unit types here: one kind of name for each.
    private const ushort FirstAnalog = 0x100;

    private static readonly FieldElement[] DeviceStates = States("device", "21", StateBits.Device, 8, isMakerBit: false);
    private static readonly FieldElement[] DeviceOperations = Operations("device", "24", StateBits.DeviceOperation);
    private static readonly FieldElement[] VendorUnits = [.. Enumerable.Range(0, 256).Select(type => Text($"unit/{type}", $"{type}", "", false))];

    private static readonly FieldElement[] DeviceTexts =
        [Text("device/version", "25", "software version"), Text("device/configuration", "26", "configuration"), Clock("device", "28")];

    private static readonly string[] Commands = [.. Enumerable.Range(0, 256).Select(command => command.ToString(CultureInfo.InvariantCulture))];

    private readonly BoundedMemory<PointKey, FieldElement[]> points = new(options.MaxRememberedPoints);
    private readonly BoundedMemory<ulong, string> stations = new(options.MaxRememberedStations);
    private readonly string?[][] functions = new string?[256][];

    private readonly record struct PointKey(ulong Point, ushort Kind);

    /// <summary>What is remembered.</summary>
    public int Count => points.Count + stations.Count;

    public static FieldElement DeviceVersion => DeviceTexts[0];

    public static FieldElement DeviceConfiguration => DeviceTexts[1];

    public static FieldElement DeviceClock => DeviceTexts[2];

    public static FieldElement Heartbeat { get; } = new("2", "device/heartbeat", "heartbeat", "", "");

    public static FieldElement ShortUnit { get; } = Text("unit/short", "short", "", false);

    /// <summary>Bits of type 21, then the byte itself.</summary>
    public static ReadOnlySpan<FieldElement> OfDeviceState() => DeviceStates;

    /// <summary>Bits of type 24, then the byte itself, then the operator.</summary>
    public static ReadOnlySpan<FieldElement> OfDeviceOperation() => DeviceOperations;

    /// <summary>The unit as it came.</summary>
    public static FieldElement OfRawUnit(Gb26875UnitType type) => VendorUnits[(byte)type];

    public string Station(DeviceAddress address)
    {
        if (stations.Find(address.Value) is not { } found)
            stations.Add(address.Value, found = address.ToString());
        return found;
    }

    /// <summary>Command and type flag, e.g. 2/21; the command alone when there is no unit or the standard does not have it.</summary>
    public string Function(Gb26875Command command, Gb26875Unit unit)
    {
        byte number = (byte)command;
        if (unit.Bytes.Length < Gb26875Unit.HeadBytes || command > Gb26875Command.Deny)
            return Commands[number];
        var ofCommand = functions[number] ??= new string[256];
        return ofCommand[(byte)unit.Type] ??= $"{number}/{(byte)unit.Type}";
    }

    /// <summary>Bits of type 1 (sixteen), then the word.</summary>
    public ReadOnlySpan<FieldElement> OfSystemState(FireSystem system) => Of(system, 1) ?? Remember(
        system, 1, States(NameOf(system), "1", StateBits.System, 16, isMakerBit: true));

    /// <summary>Bits of type 2 (sixteen), then the word, then the text.</summary>
    public ReadOnlySpan<FieldElement> OfPartState(FirePart part) => Of(part, 2) ?? Remember(
        part, 2, [.. States(NameOf(part), "2", StateBits.Part, 16, isMakerBit: true), Text(NameOf(part) + "/description", "2.text", "description")]);

    /// <summary>The value of type 3.</summary>
    public FieldElement OfAnalog(FirePart part, byte type)
    {
        ushort kind = (ushort)(FirstAnalog + type);
        return (Of(part, kind) ?? Remember(part, kind, [Analog(NameOf(part), type)]))[0];
    }

    /// <summary>Bits of type 4, then the byte, then the operator.</summary>
    public ReadOnlySpan<FieldElement> OfSystemOperation(FireSystem system) => Of(system, 4) ?? Remember(
        system, 4, Operations(NameOf(system), "4", StateBits.SystemOperation));

    public FieldElement OfSystemVersion(FireSystem system) => (Of(system, 5) ?? Remember(
        system, 5, [Text(NameOf(system) + "/version", "5", "software version")]))[0];

    public FieldElement OfSystemConfiguration(FireSystem system) => (Of(system, 6) ?? Remember(
        system, 6, [Text(NameOf(system) + "/configuration", "6", "configuration")]))[0];

    /// <summary>The same datastream as the text of type 2.</summary>
    public FieldElement OfPartDescription(FirePart part) => OfPartState(part)[^1];

    public FieldElement OfSystemClock(FireSystem system) => (Of(system, 8) ?? Remember(system, 8, [Clock(NameOf(system), "8")]))[0];

    private FieldElement[]? Of(FireSystem system, ushort kind) => points.Find(new(Key(system), kind));

    private FieldElement[]? Of(FirePart part, ushort kind) => points.Find(new(Key(part), kind));

    private FieldElement[] Remember(FireSystem system, ushort kind, FieldElement[] elements) => Remember(new PointKey(Key(system), kind), elements);

    private FieldElement[] Remember(FirePart part, ushort kind, FieldElement[] elements) => Remember(new PointKey(Key(part), kind), elements);

    private FieldElement[] Remember(PointKey key, FieldElement[] elements)
    {
        points.Add(key, elements);
        return elements;
    }

    private static ulong Key(FireSystem system) => (ulong)system.Type << 8 | system.Address;

    private static ulong Key(FirePart part) => Key(part.System) | (ulong)part.Type << 16 | (ulong)part.Address.Value << 32;

    private static string NameOf(FireSystem system) => string.Create(CultureInfo.InvariantCulture, $"system/{system.Type}/{system.Address}");

    private static string NameOf(FirePart part) =>
        string.Create(CultureInfo.InvariantCulture, $"part/{part.System.Type}/{part.System.Address}/{part.Type}/{part.Address.Hex}");

    private static FieldElement[] States(string point, string code, IReadOnlyList<StateBit> bits, int count, bool isMakerBit)
    {
        var elements = new FieldElement[count + 1];
        for (int i = 0; i < count; i++)
        {
            elements[i] = i < bits.Count
                ? new($"{code}.{i}", $"{point}/{bits[i].Name}", bits[i].English, "", "")
                : new($"{code}.{i}", $"{point}/bit{i}", isMakerBit ? "reserved, or a maker's own" : "reserved", "", "", isKnown: false);
        }
        elements[count] = new(code, $"{point}/state", "state word", "", "");
        return elements;
    }

    private static FieldElement[] Operations(string point, string code, IReadOnlyList<StateBit> bits) =>
    [
        .. States($"{point}/operation", code, bits, 8, isMakerBit: false),
        new($"{code}.operator", $"{point}/operation/operator", "operator", "", ""),
    ];

    private static FieldElement Analog(string point, byte type) => AnalogTypes.Find(type) is { } known
        ? new($"3.{type}", $"{point}/{known.Name}", known.Quantity, known.StandardUnit, known.Unit, known.UnitShift)
        : new($"3.{type}", $"{point}/analog-{type}", "", "", "", isKnown: false);

    private static FieldElement Text(string name, string code, string quantity, bool isKnown = true) =>
        new(code, name, quantity, "", "", isKnown: isKnown);

    private static FieldElement Clock(string point, string code) =>
        new(code, $"{point}/clock-offset", "its clock minus the time of arrival", "s", "s");
}
