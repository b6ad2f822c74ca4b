using System.Buffers;
using System.Buffers.Binary;
using SensorGrid.Readings.Units;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>A pack in CBOR (RFC 8428 §6): lengths stated, labels as small integers, whole numbers as integers and others as the shortest float that holds them.</summary>
internal sealed class SenMlCborPack : ISenMlPack
{
    private const int Unsigned = 0, Negative = 1, Text = 3, Array = 4, Map = 5, Float32 = 0xFA, Float64 = 0xFB, False = 0xF4, True = 0xF5;
    private const int VersionWithSecondaryUnits = 26;

    // RFC 8428 table 4.
    private const int BaseVersion = -1, Name = 0, Unit = 1, Value = 2, TextValue = 3, BooleanValue = 4, Time = 6;

    private readonly ArrayBufferWriter<byte> records = new();
    private int count;
    private bool statesVersion;

    /// <inheritdoc/>
    public void Begin(bool secondaryUnits) => statesVersion = secondaryUnits;

    /// <inheritdoc/>
    public void WriteNumber(ReadOnlySpan<byte> name, long observedAtTicks, double value, byte unit)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException("SenML has no numbers that are not finite.", nameof(value));
        if (unit == UnitRegistry.Unknown)
            throw new ArgumentException("The unit is not registered for SenML.", nameof(unit));
        BeginRecord(name, observedAtTicks, fields: unit == UnitRegistry.None ? 3 : 4);
        if (unit != UnitRegistry.None)
        {
            Integer(Unit);
            String(UnitRegistry.Utf8NameOf(unit));
        }
        Integer(Value);
        Number(value);
    }

    /// <inheritdoc/>
    public void WriteBoolean(ReadOnlySpan<byte> name, long observedAtTicks, bool value)
    {
        BeginRecord(name, observedAtTicks, fields: 3);
        Integer(BooleanValue);
        records.Write([(byte)(value ? True : False)]);
    }

    /// <inheritdoc/>
    public void WriteText(ReadOnlySpan<byte> name, long observedAtTicks, ReadOnlySpan<byte> utf8Value)
    {
        BeginRecord(name, observedAtTicks, fields: 3);
        Integer(TextValue);
        String(utf8Value);
    }

    /// <inheritdoc/>
    public void WritePosition(ReadOnlySpan<byte> name, long observedAtTicks, double longitude, double latitude)
    {
        WriteNumber(name, observedAtTicks, latitude, UnitRegistry.Latitude);
        WriteNumber(name, observedAtTicks, longitude, UnitRegistry.Longitude);
    }

    /// <inheritdoc/>
    public byte[] End()
    {
        // How many records there are is known only now: a position is two.
        var pack = new ArrayBufferWriter<byte>(records.WrittenCount + 1 + sizeof(ulong));
        Head(pack, Array, (ulong)count);
        pack.Write(records.WrittenSpan);
        return pack.WrittenSpan.ToArray();
    }

    private void BeginRecord(ReadOnlySpan<byte> name, long observedAtTicks, int fields)
    {
        bool isVersioned = statesVersion && count == 0;
        Head(records, Map, (ulong)(isVersioned ? fields + 1 : fields));
        if (isVersioned)
        {
            Integer(BaseVersion);
            Integer(VersionWithSecondaryUnits);
        }
        Integer(Name);
        String(name);
        Integer(Time);
        // A double holds a time of today to a quarter of a microsecond, which is read back to the microsecond.
        Number((observedAtTicks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond);
        count++;
    }

    private void Number(double value)
    {
        const double WholeBelow = 1L << 53;
        if (value == Math.Truncate(value) && Math.Abs(value) < WholeBelow)
        {
            Integer((long)value);
            return;
        }
        bool isShort = (float)value == value;
        Span<byte> bytes = stackalloc byte[1 + sizeof(double)];
        bytes[0] = (byte)(isShort ? Float32 : Float64);
        if (isShort)
            BinaryPrimitives.WriteSingleBigEndian(bytes[1..], (float)value);
        else
            BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], value);
        records.Write(isShort ? bytes[..(1 + sizeof(float))] : bytes);
    }

    private void Integer(long value) => Head(records, value < 0 ? Negative : Unsigned, (ulong)(value < 0 ? -1 - value : value));

    private void String(ReadOnlySpan<byte> utf8)
    {
        Head(records, Text, (ulong)utf8.Length);
        records.Write(utf8);
    }

    // RFC 8949 §3: the type, and the shortest form of its argument.
    private static void Head(ArrayBufferWriter<byte> into, int type, ulong argument)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes[1..], argument);
        int width = argument switch { < 24 => 0, <= byte.MaxValue => 1, <= ushort.MaxValue => 2, <= uint.MaxValue => 4, _ => 8 };
        int first = width switch { 0 => (int)argument, 1 => 24, 2 => 25, 4 => 26, _ => 27 };
        bytes[sizeof(ulong) - width] = (byte)(type << 5 | first);
        into.Write(bytes[(sizeof(ulong) - width)..]);
    }
}
