using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Reads packs in CBOR as encoders write them nearly always, straight into readings: numbers of known datastreams, lengths stated.
/// <code>
/// array of maps; labels -1 (26), -2, -3 in the first map only, each optional and before the others; 0, 1, 2, 6 (n, u, v, t) in any order
/// </code>
/// As with <see cref="PlainPack"/>, it takes a pack whole or not at all, and whatever else there is, and every error, is for <see cref="SenMlReader"/>, which
/// reads such a pack from its first byte. What both take they take alike.</summary>
internal ref struct PlainCborPack
{
    private const int HasName = 1 << NameLabel;
    private const int HasUnit = 1 << UnitLabel;
    private const int HasValue = 1 << ValueLabel;
    private const int HasTime = 1 << TimeLabel;
    private const int NameLabel = 0, UnitLabel = 1, ValueLabel = 2, TimeLabel = 6, VersionLabel = 0x20, BaseNameLabel = 0x21, BaseTimeLabel = 0x22;
    private const int LongestInHead = 23;
    private const int Word = sizeof(ulong);
    private const ulong ExactBelow = 1UL << 53;

    // Heads: type in the three upper bits, length below 24 in the others.
    private const byte ByteBehind = 0x18, Beyond = 0x40, Text = 0x60, Array = 0x80, Map = 0xA0, Simple = 0xE0;
    private const byte Half = 0xF9, Single = 0xFA, Double = 0xFB;

    private readonly ReadOnlySpan<byte> bytes;
    private readonly ReadingFlags flags;
    private NameSequence names;
    private ReadOnlySpan<byte> baseName;
    private long baseTicks;
    private int basesSeen;
    private bool allowsSecondaryUnits;

    // The unit before, with its head, as the word it begins: nearly always the next one is the same.
    private ulong unitWord = ulong.MaxValue;
    private ulong unitMask;
    private int unitLength;
    private byte unit;

    // What the rare ways found: a local they wrote to would live in memory on the usual way too.
    private double rareValue;
    private long rareTicks;

    private PlainCborPack(ReadOnlySpan<byte> bytes, GatewayDatastreams gateway, ReadingFlags flags)
    {
        this.bytes = bytes;
        this.flags = flags;
        names = new(gateway);
    }

    /// <inheritdoc cref="PlainPack.TryRead(ReadOnlySpan{byte}, GatewayDatastreams, ReadingFlags, ReadingBatch)"/>
    public static bool TryRead(ReadOnlySpan<byte> payload, GatewayDatastreams gateway, ReadingFlags flags, ReadingBatch into)
    {
        if (payload.Length <= SenMlLimits.Payload && new PlainCborPack(payload, gateway, flags).TryRead(into))
            return true;
        into.Clear();
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryRead(ReadingBatch into)
    {
        int at = TakeLength(0, Array, out int records);
        // A record takes five bytes at least, so what is made room for is bounded by what came.
        if (at < 0 || records is 0 or > SenMlLimits.Records || records > bytes.Length / 5)
            return false;
        var readings = into.AddMany(records);
        for (int i = 0; i < readings.Length; i++)
        {
            at = ReadRecord(at, i == 0, ref readings[i]);
            if (at < 0)
                return false;
        }
        names.End();
        return at == bytes.Length;
    }

    // What takes something off the front gives the place behind it, or -1: the place lives in a register so, which is a third of the time. What is met nearly always stands
    // here; all the rest is a call, and leaves what it finds in fields.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ReadRecord(int at, bool isFirst, ref Reading reading)
    {
        var bytes = this.bytes;
        uint left = (uint)at < (uint)bytes.Length ? (uint)bytes[at++] - Map : uint.MaxValue;
        if (left > LongestInHead)
            return -1;
        int seen = 0;
        long ticks = 0;
        double value = 0;
        for (; left > 0; left--)
        {
            if ((uint)at >= (uint)bytes.Length)
                return -1;
            int label = bytes[at++];
            if (label == NameLabel)
            {
                if ((seen & HasName) != 0)
                    return -1;
                seen |= HasName;
                at = names.FollowSized(baseName, bytes, at, Text, LongestInHead) is var end and > 0 ? end : TakeName(at);
            }
            else if (label == UnitLabel)
            {
                if ((seen & HasUnit) != 0)
                    return -1;
                seen |= HasUnit;
                at = bytes.Length - at >= Word && (BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) & unitMask) == unitWord ? at + unitLength : TakeUnit(at);
            }
            else if (label == ValueLabel)
            {
                if ((seen & HasValue) != 0)
                    return -1;
                seen |= HasValue;
                if (bytes.Length - at > Word && bytes[at] == Double)
                {
                    value = BinaryPrimitives.ReadDoubleBigEndian(bytes[(at + 1)..]);
                    at = double.IsFinite(value) ? at + 1 + Word : -1;
                }
                else
                {
                    at = TakeValue(at);
                    value = rareValue;
                }
            }
            else if (label == TimeLabel)
            {
                if ((seen & HasTime) != 0)
                    return -1;
                seen |= HasTime;
                int head = bytes.Length - at > 1 ? bytes[at] : Beyond;
                if (head <= LongestInHead)
                {
                    ticks = head * TimeSpan.TicksPerSecond;
                    at++;
                }
                else if (head == ByteBehind)
                {
                    ticks = bytes[at + 1] * TimeSpan.TicksPerSecond;
                    at += 2;
                }
                else
                {
                    at = TakeTime(at);
                    ticks = rareTicks;
                }
            }
            else
            {
                if (!isFirst || seen != 0)
                    return -1;
                at = TakeBase(label, at);
            }
            if (at < 0)
                return -1;
        }
        byte unitHere = (seen & HasUnit) == 0 ? UnitRegistry.None : unit;
        return (seen & (HasName | HasValue)) == (HasName | HasValue) && PlainRecord.TryMake(out reading, names.Index, baseTicks + ticks, value, unitHere, flags) ? at : -1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TakeBase(int label, int at)
    {
        int bit = 1 << (label - VersionLabel);
        if (label is < VersionLabel or > BaseTimeLabel || (basesSeen & bit) != 0)
            return -1;
        basesSeen |= bit;
        switch (label)
        {
            case VersionLabel:
                // 26 in two bytes; all other versions are for the long way.
                allowsSecondaryUnits = bytes[at..].StartsWith((ReadOnlySpan<byte>)[0x18, 26]);
                return allowsSecondaryUnits ? at + 2 : -1;
            case BaseNameLabel:
                // Which signs it holds need not be looked at: a name that begins with it must be known.
                return TakeText(at, out baseName);
            default:
                at = TakeTime(at);
                baseTicks = rareTicks;
                return at;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TakeName(int at)
    {
        at = TakeText(at, out var name);
        return at >= 0 && names.TryFollow(baseName, name, out _) ? at : -1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TakeUnit(int at)
    {
        int start = at;
        at = TakeText(at, out var text);
        if (at < 0 || text.IsEmpty)
            return -1;
        unit = UnitRegistry.IdOf(text);
        // A word that holds neither head nor text is met by none.
        (unitWord, unitMask, unitLength) = (ulong.MaxValue, 0, at - start);
        if (unitLength <= Word && bytes.Length - start >= Word)
        {
            unitMask = ulong.MaxValue >> (8 * (Word - unitLength));
            unitWord = BinaryPrimitives.ReadUInt64LittleEndian(bytes[start..]) & unitMask;
        }
        return PlainRecord.IsPlain(unit, allowsSecondaryUnits) ? at : -1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TakeValue(int at)
    {
        if ((uint)at < (uint)bytes.Length && bytes[at] >= Simple)
        {
            at = TakeFloat(at);
            return double.IsFinite(rareValue) ? at : -1;
        }
        at = TakeWhole(at, out long whole);
        rareValue = whole;
        return at;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TakeTime(int at)
    {
        if ((uint)at < (uint)bytes.Length && bytes[at] >= Simple)
        {
            at = TakeFloat(at);
            return SenMlReader.TryToTicks(rareValue, out rareTicks) ? at : -1;
        }
        at = TakeWhole(at, out long whole);
        rareTicks = whole * TimeSpan.TicksPerSecond;
        return Math.Abs(whole) < SenMlLimits.TimeSeconds ? at : -1;
    }

    private int TakeFloat(int at)
    {
        var rest = bytes[at..];
        rareValue = 0;
        if (rest[0] == Double && rest.Length > sizeof(double))
        {
            rareValue = BinaryPrimitives.ReadDoubleBigEndian(rest[1..]);
            return at + 1 + sizeof(double);
        }
        if (rest[0] == Single && rest.Length > sizeof(float))
        {
            rareValue = BinaryPrimitives.ReadSingleBigEndian(rest[1..]);
            return at + 1 + sizeof(float);
        }
        if (rest[0] == Half && rest.Length > sizeof(ushort))
        {
            rareValue = (double)BinaryPrimitives.ReadHalfBigEndian(rest[1..]);
            return at + 1 + sizeof(ushort);
        }
        return -1;
    }

    // Of either sign, as far as a double is exact.
    private int TakeWhole(int at, out long whole)
    {
        const int Negative = 0x20;
        byte head = (uint)at < (uint)bytes.Length ? bytes[at] : byte.MaxValue;
        whole = 0;
        if (head >= Beyond)
            return -1;
        at = TakeArgument(at, head & 31, out ulong argument);
        whole = (head & Negative) == 0 ? (long)argument : -1 - (long)argument;
        return argument < ExactBelow ? at : -1;
    }

    private int TakeText(int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        at = TakeLength(at, Text, out int length);
        if (at < 0 || length > bytes.Length - at)
            return -1;
        text = bytes.Slice(at, length);
        return at + length;
    }

    // A head of a type with its length, below 65,536.
    private int TakeLength(int at, byte type, out int length)
    {
        length = 0;
        int info = (uint)at < (uint)bytes.Length ? bytes[at] - type : -1;
        if ((uint)info >= 32)
            return -1;
        at = TakeArgument(at, info, out ulong argument);
        length = (int)argument;
        return argument <= ushort.MaxValue ? at : -1;
    }

    // What stands in a head or behind one that has no room for it; -1 and 0 when that is cut off, or there is none.
    private int TakeArgument(int at, int info, out ulong argument)
    {
        argument = (ulong)info;
        var rest = bytes[at..];
        int more = info switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => int.MaxValue };
        if (more >= rest.Length)
        {
            argument = 0;
            return -1;
        }
        argument = more switch
        {
            0 => argument,
            1 => rest[1],
            2 => BinaryPrimitives.ReadUInt16BigEndian(rest[1..]),
            4 => BinaryPrimitives.ReadUInt32BigEndian(rest[1..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(rest[1..]),
        };
        return at + 1 + more;
    }
}
