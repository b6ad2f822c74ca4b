using System.Buffers.Binary;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Puts application units together (GB/T 26875.3-2011, 7 and 8.3): <see cref="Begin"/> with a type, then objects of that type. Refuses what
/// does not fit or would not come back as it is; what was refused changes nothing. Reused; not thread-safe.</summary>
public sealed class Gb26875UnitWriter
{
    private readonly byte[] bytes = new byte[Gb26875Frame.MaxUnitBytes];
    private int length;

    /// <summary>The unit so far.</summary>
    public ReadOnlySpan<byte> Unit => bytes.AsSpan(0, length);

    /// <summary>Objects so far.</summary>
    public int Count => length == 0 ? 0 : bytes[1];

    private Gb26875UnitType Type => (Gb26875UnitType)bytes[0];

    /// <summary>Begins a unit anew.</summary>
    public Gb26875UnitWriter Begin(Gb26875UnitType type)
    {
        bytes[0] = (byte)type;
        bytes[1] = 0;
        length = Gb26875Unit.HeadBytes;
        return this;
    }

    /// <summary>Type 1.</summary>
    public Gb26875UnitWriter AddSystemState(FireSystem system, ushort state, TimeLabel time)
    {
        var item = Take(Gb26875UnitType.SystemState);
        Write(system, item);
        BinaryPrimitives.WriteUInt16LittleEndian(item[2..], state);
        return End(item, time);
    }

    /// <summary>Type 2.</summary>
    public Gb26875UnitWriter AddPartState(FirePart part, ushort state, string text, TimeLabel time)
    {
        byte[] raw = Gb18030Text.FromString(text, Gb26875Object.TextBytes, "The description of a part");
        var item = Take(Gb26875UnitType.PartState);
        Write(part, item);
        BinaryPrimitives.WriteUInt16LittleEndian(item[7..], state);
        raw.CopyTo(item[9..]);
        return End(item, time);
    }

    /// <summary>Type 2 without its text, as battery-powered detectors send it. Not to be mixed with whole objects.</summary>
    public Gb26875UnitWriter AddCompactPartState(FirePart part, ushort state, TimeLabel time)
    {
        var item = Take(Gb26875UnitType.PartState, 15);
        Write(part, item);
        BinaryPrimitives.WriteUInt16LittleEndian(item[7..], state);
        return End(item, time);
    }

    /// <summary>Type 3, the number as it is sent.</summary>
    public Gb26875UnitWriter AddAnalog(FirePart part, byte analogType, short raw, TimeLabel time)
    {
        var item = Take(Gb26875UnitType.PartAnalog);
        Write(part, item);
        item[7] = analogType;
        BinaryPrimitives.WriteInt16LittleEndian(item[8..], raw);
        return End(item, time);
    }

    /// <summary>Type 3, a value in the unit that the standard gives the type.</summary>
    public Gb26875UnitWriter AddAnalogValue(FirePart part, byte analogType, decimal value, TimeLabel time)
    {
        var type = AnalogTypes.Find(analogType)
            ?? throw new ArgumentException($"Analog type {analogType} has no unit; send the number as it is.", nameof(analogType));
        return AddAnalog(part, analogType, type.ToRaw(value), time);
    }

    /// <summary>Type 4.</summary>
    public Gb26875UnitWriter AddSystemOperation(FireSystem system, byte operation, byte operatorNumber, TimeLabel time)
    {
        var item = Take(Gb26875UnitType.SystemOperation);
        Write(system, item);
        (item[2], item[3]) = (operation, operatorNumber);
        return End(item, time);
    }

    /// <summary>Type 5.</summary>
    public Gb26875UnitWriter AddSystemVersion(FireSystem system, byte major, byte minor)
    {
        var item = Take(Gb26875UnitType.SystemVersion);
        Write(system, item);
        (item[2], item[3]) = (major, minor);
        return End(item);
    }

    /// <summary>Type 6.</summary>
    public Gb26875UnitWriter AddSystemConfiguration(FireSystem system, string text)
    {
        byte[] raw = Gb18030Text.FromString(text, byte.MaxValue, "The configuration of a system");
        var item = Take(Gb26875UnitType.SystemConfiguration, 3 + raw.Length);
        Write(system, item);
        item[2] = (byte)raw.Length;
        raw.CopyTo(item[3..]);
        return End(item);
    }

    /// <summary>Type 7.</summary>
    public Gb26875UnitWriter AddPartConfiguration(FirePart part, string text)
    {
        byte[] raw = Gb18030Text.FromString(text, Gb26875Object.TextBytes, "The description of a part");
        var item = Take(Gb26875UnitType.PartConfiguration);
        Write(part, item);
        raw.CopyTo(item[7..]);
        return End(item);
    }

    /// <summary>Type 8.</summary>
    public Gb26875UnitWriter AddSystemClock(FireSystem system, TimeLabel time)
    {
        var item = Take(Gb26875UnitType.SystemClock);
        Write(system, item);
        return End(item, time);
    }

    /// <summary>Type 21.</summary>
    public Gb26875UnitWriter AddDeviceState(byte state, TimeLabel time)
    {
        var item = Take(Gb26875UnitType.DeviceState);
        item[0] = state;
        return End(item, time);
    }

    /// <summary>Type 24.</summary>
    public Gb26875UnitWriter AddDeviceOperation(byte operation, byte operatorNumber, TimeLabel time)
    {
        var item = Take(Gb26875UnitType.DeviceOperation);
        (item[0], item[1]) = (operation, operatorNumber);
        return End(item, time);
    }

    /// <summary>Type 25.</summary>
    public Gb26875UnitWriter AddDeviceVersion(byte major, byte minor)
    {
        var item = Take(Gb26875UnitType.DeviceVersion);
        (item[0], item[1]) = (major, minor);
        return End(item);
    }

    /// <summary>Type 26.</summary>
    public Gb26875UnitWriter AddDeviceConfiguration(string text)
    {
        byte[] raw = Gb18030Text.FromString(text, byte.MaxValue, "The configuration of a device");
        var item = Take(Gb26875UnitType.DeviceConfiguration, 1 + raw.Length);
        item[0] = (byte)raw.Length;
        raw.CopyTo(item[1..]);
        return End(item);
    }

    /// <summary>Types 28 and 90: the time alone.</summary>
    public Gb26875UnitWriter AddDeviceClock(TimeLabel time) => End(Take(OneOf(Gb26875UnitType.DeviceClock, Gb26875UnitType.SetDeviceClock)), time);

    /// <summary>Types 61, 65, 66 and 68.</summary>
    public Gb26875UnitWriter AddSystemQuery(FireSystem system)
    {
        var item = Take(OneOf(
            Gb26875UnitType.ReadSystemState, Gb26875UnitType.ReadSystemVersion, Gb26875UnitType.ReadSystemConfiguration,
            Gb26875UnitType.ReadSystemClock));
        Write(system, item);
        return End(item);
    }

    /// <summary>Types 62, 63 and 67: a part without its type.</summary>
    public Gb26875UnitWriter AddPartQuery(FireSystem system, PartAddress part)
    {
        var item = Take(OneOf(Gb26875UnitType.ReadPartState, Gb26875UnitType.ReadPartAnalog, Gb26875UnitType.ReadPartConfiguration));
        Write(system, item);
        part.Write(item[2..]);
        return End(item);
    }

    /// <summary>Type 64.</summary>
    public Gb26875UnitWriter AddSystemOperationQuery(FireSystem system, byte wanted, TimeLabel from)
    {
        CheckWanted(wanted);
        var item = Take(Gb26875UnitType.ReadSystemOperations);
        Write(system, item);
        item[2] = wanted;
        return End(item, from);
    }

    /// <summary>Type 84.</summary>
    public Gb26875UnitWriter AddDeviceOperationQuery(byte wanted, TimeLabel from)
    {
        CheckWanted(wanted);
        var item = Take(Gb26875UnitType.ReadDeviceOperations);
        item[0] = wanted;
        return End(item, from);
    }

    /// <summary>Types 81, 85, 86, 88 and 89: one reserved byte.</summary>
    public Gb26875UnitWriter AddDeviceQuery() => End(Take(OneOf(
        Gb26875UnitType.ReadDeviceState, Gb26875UnitType.ReadDeviceVersion, Gb26875UnitType.ReadDeviceConfiguration, Gb26875UnitType.ReadDeviceClock,
        Gb26875UnitType.InitialiseDevice)));

    /// <summary>Type 91.</summary>
    public Gb26875UnitWriter AddRollCall(byte minutes)
    {
        var item = Take(Gb26875UnitType.RollCall);
        item[0] = minutes;
        return End(item);
    }

    /// <summary>An object of a type that the standard does not have.</summary>
    public Gb26875UnitWriter AddVendorObject(ReadOnlySpan<byte> item)
    {
        if (length == 0 || UnitTypeForm.Of(Type).IsStandard)
            throw new ArgumentException("Objects of the standard's types have their own methods.", nameof(item));
        item.CopyTo(Room(item.Length));
        return End(item);
    }

    // 8.3.2.4 and 8.3.2.10: the count of records wanted.
    private static void CheckWanted(byte wanted)
    {
        if (wanted is 0 or > 102)
            throw new ArgumentOutOfRangeException(nameof(wanted), wanted, "1 to 102 records can be wanted.");
    }

    private static void Write(FireSystem system, Span<byte> item) => (item[0], item[1]) = (system.Type, system.Address);

    private static void Write(FirePart part, Span<byte> item)
    {
        Write(part.System, item);
        item[2] = part.Type;
        part.Address.Write(item[3..]);
    }

    private Gb26875UnitType OneOf(params ReadOnlySpan<Gb26875UnitType> types) =>
        types.Contains(Type) ? Type : throw new ArgumentException($"A unit of type {(byte)Type} has no such objects.");

    private Span<byte> Take(Gb26875UnitType type) => Take(type, UnitTypeForm.Of(type).ObjectBytes);

    // Room for one more object of the type that the unit has.
    private Span<byte> Take(Gb26875UnitType type, int objectBytes)
    {
        if (length == 0 || Type != type)
        {
            string unit = length == 0 ? "not begun" : $"of type {(byte)Type}";
            throw new ArgumentException($"The unit is {unit}; an object of type {(byte)type} does not belong into it.");
        }
        var form = UnitTypeForm.Of(type);
        if (Count == form.MaxCount)
            throw new ArgumentException($"A unit of type {(byte)type} holds at most {form.MaxCount} objects.");
        if (!form.IsVariable && Count > 0 && length - Gb26875Unit.HeadBytes != Count * objectBytes)
            throw new ArgumentException("Whole and compact objects do not mix in a unit.");
        return Room(objectBytes);
    }

    private Span<byte> Room(int objectBytes)
    {
        if (Count == byte.MaxValue || length + objectBytes > bytes.Length)
        {
            throw new ArgumentException(
                $"An object of {objectBytes} bytes does not fit: a unit has {bytes.Length} bytes and 255 objects, {length} and {Count} are taken.");
        }
        var room = bytes.AsSpan(length, objectBytes);
        room.Clear();
        return room;
    }

    private Gb26875UnitWriter End(Span<byte> item, TimeLabel time)
    {
        time.Write(item[^TimeLabel.Bytes..]);
        return End(item);
    }

    private Gb26875UnitWriter End(ReadOnlySpan<byte> item)
    {
        length += item.Length;
        bytes[1]++;
        return this;
    }
}
