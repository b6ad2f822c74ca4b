using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Writes SenML packs in JSON: what <see cref="SenMlReader"/> reads. Used by the edge's uplink and by tests, so both ends
/// share one understanding of the format. Times are written exactly, in decimal; doubles in the shortest form that gives the same
/// double back. One instance writes many packs. Not thread-safe.</summary>
/// <remarks>A caller's mistake (bad name, NaN, a record outside a pack) throws: our own program wrote it, not a peer.</remarks>
public sealed class SenMlJsonWriter(IBufferWriter<byte> output)
{
    // RFC 8428 §4.5.3: smaller sums are relative times, so an absolute time before July 1978 cannot be said.
    private static readonly long EarliestTicks = DateTime.UnixEpoch.Ticks + (1L << 28) * TimeSpan.TicksPerSecond;

    private bool open;
    private bool first;
    private bool headerPending;
    private bool secondaryUnits;
    private long? baseTimeTicks;
    private byte[] baseName = [];
    private int baseNameLength;

    /// <summary>Records written into the pack so far.</summary>
    public int Count { get; private set; }

    /// <summary>Opens a pack.</summary>
    /// <param name="baseName">Put before every name of the pack.</param>
    /// <param name="baseTimeTicks">UTC ticks from which the times of the pack are counted; null writes every time in full.</param>
    /// <param name="secondaryUnits">Whether units such as mm or hPa occur: the pack then says version 26.</param>
    public void Begin(ReadOnlySpan<byte> baseName = default, long? baseTimeTicks = null, bool secondaryUnits = false)
    {
        if (open)
            throw new InvalidOperationException("The pack before is still open: call End first.");
        if (baseTimeTicks < EarliestTicks)
            throw new ArgumentOutOfRangeException(nameof(baseTimeTicks), baseTimeTicks, "SenML cannot say absolute times before 4 July 1978.");
        open = first = true;
        headerPending = !baseName.IsEmpty || baseTimeTicks is not null || secondaryUnits;
        this.secondaryUnits = secondaryUnits;
        this.baseTimeTicks = baseTimeTicks;
        if (this.baseName.Length < baseName.Length)
            this.baseName = new byte[(int)BitOperations.RoundUpToPowerOf2((uint)baseName.Length)];
        baseName.CopyTo(this.baseName);
        baseNameLength = baseName.Length;
        Count = 0;
        Raw("["u8);
    }

    /// <summary>Closes the pack.</summary>
    public void End()
    {
        RequireOpen();
        Raw("]"u8);
        open = false;
    }

    /// <summary>Writes a number.</summary>
    public void WriteNumber(ReadOnlySpan<byte> name, long observedAtTicks, double value, byte unit = UnitRegistry.None)
    {
        BeginRecord(name, observedAtTicks, unit);
        Raw(",\"v\":"u8);
        Number(value);
        Raw("}"u8);
    }

    /// <summary>Writes a boolean.</summary>
    public void WriteBoolean(ReadOnlySpan<byte> name, long observedAtTicks, bool value)
    {
        BeginRecord(name, observedAtTicks, UnitRegistry.None);
        Raw(value ? ",\"vb\":true}"u8 : ",\"vb\":false}"u8);
    }

    /// <summary>Writes a string.</summary>
    public void WriteText(ReadOnlySpan<byte> name, long observedAtTicks, ReadOnlySpan<byte> utf8Value)
    {
        if (utf8Value.Length > SenMlLimits.Text)
            throw new ArgumentException($"A SenML string has at most {SenMlLimits.Text} bytes here, this one {utf8Value.Length}.", nameof(utf8Value));
        BeginRecord(name, observedAtTicks, UnitRegistry.None);
        Raw(",\"vs\":\""u8);
        Escaped(utf8Value);
        Raw("\"}"u8);
    }

    /// <summary>Writes data.</summary>
    public void WriteData(ReadOnlySpan<byte> name, long observedAtTicks, ReadOnlySpan<byte> value)
    {
        if (value.Length > SenMlLimits.Data)
            throw new ArgumentException($"SenML data has at most {SenMlLimits.Data} bytes here, this one {value.Length}.", nameof(value));
        BeginRecord(name, observedAtTicks, UnitRegistry.None);
        Raw(",\"vd\":\""u8);
        int length = Base64Url.GetEncodedLength(value.Length);
        output.Advance(Base64Url.EncodeToUtf8(value, output.GetSpan(Math.Max(1, length))));
        Raw("\"}"u8);
    }

    /// <summary>Writes a position as its two records, latitude and longitude.</summary>
    public void WritePosition(ReadOnlySpan<byte> name, long observedAtTicks, double longitude, double latitude)
    {
        WriteNumber(name, observedAtTicks, latitude, UnitRegistry.Latitude);
        WriteNumber(name, observedAtTicks, longitude, UnitRegistry.Longitude);
    }

    private void BeginRecord(ReadOnlySpan<byte> name, long observedAtTicks, byte unit)
    {
        RequireOpen();
        RequireName(name);
        if (observedAtTicks < EarliestTicks)
            throw new ArgumentOutOfRangeException(nameof(observedAtTicks), observedAtTicks, "SenML cannot say absolute times before 4 July 1978.");
        if (UnitRegistry.IsSecondary(unit) && !secondaryUnits)
            throw new ArgumentException($"Unit {UnitRegistry.NameOf(unit)} needs a pack begun with secondary units.", nameof(unit));
        Raw(first ? "{"u8 : ",{"u8);
        first = false;
        if (headerPending)
            Header();
        Raw("\"n\":\""u8);
        Raw(name);
        Raw("\",\"t\":"u8);
        Seconds(observedAtTicks - (baseTimeTicks ?? DateTime.UnixEpoch.Ticks));
        var unitName = UnitRegistry.Utf8NameOf(unit);
        if (!unitName.IsEmpty)
        {
            Raw(",\"u\":\""u8);
            Raw(unitName);
            Raw("\""u8);
        }
        Count++;
    }

    private void Header()
    {
        headerPending = false;
        if (secondaryUnits)
            Raw("\"bver\":26,"u8);
        if (baseNameLength > 0)
        {
            Raw("\"bn\":\""u8);
            Raw(baseName.AsSpan(0, baseNameLength));
            Raw("\","u8);
        }
        if (baseTimeTicks is { } ticks)
        {
            Raw("\"bt\":"u8);
            Seconds(ticks - DateTime.UnixEpoch.Ticks);
            Raw(","u8);
        }
    }

    private void RequireOpen()
    {
        if (!open)
            throw new InvalidOperationException("No pack is open: call Begin first.");
    }

    private void RequireName(ReadOnlySpan<byte> name)
    {
        var start = baseNameLength > 0 ? baseName.AsSpan(0, baseNameLength) : name;
        bool bad = start.IsEmpty || !char.IsAsciiLetterOrDigit((char)start[0]) || baseNameLength + name.Length > SenMlLimits.Name ||
            name.ContainsAnyExcept(SenMlNames.Signs) || baseName.AsSpan(0, baseNameLength).ContainsAnyExcept(SenMlNames.Signs);
        if (bad)
            throw new ArgumentException("A SenML name has 1 to 255 of the signs A-Z a-z 0-9 - : . / _ and begins with a letter or digit.", nameof(name));
    }

    // Seconds in decimal without a rounding: whole part, then as many of the seven digits as are not trailing zeros.
    private void Seconds(long ticks)
    {
        var room = output.GetSpan(32);
        int at = 0;
        if (ticks < 0)
            room[at++] = (byte)'-';
        ulong magnitude = (ulong)Math.Abs(ticks);
        (ulong whole, ulong fraction) = Math.DivRem(magnitude, (ulong)TimeSpan.TicksPerSecond);
        whole.TryFormat(room[at..], out int written, default, CultureInfo.InvariantCulture);
        at += written;
        if (fraction != 0)
        {
            room[at++] = (byte)'.';
            fraction.TryFormat(room[at..], out written, "D7", CultureInfo.InvariantCulture);
            at += written;
            while (room[at - 1] == '0')
                at--;
        }
        output.Advance(at);
    }

    private void Number(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "SenML has no NaN and no infinity: leave the reading out or send its sentinel.");
        var room = output.GetSpan(32);
        value.TryFormat(room, out int written, "R", CultureInfo.InvariantCulture);
        int exponent = room[..written].IndexOf((byte)'E');
        if (exponent >= 0)
            room[exponent] = (byte)'e';
        output.Advance(written);
    }

    private void Escaped(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int next = text.IndexOfAny(JsonScanner.StringEnds);
            Raw(next < 0 ? text : text[..next]);
            if (next < 0)
                return;
            byte sign = text[next];
            if (sign is (byte)'"' or (byte)'\\')
            {
                Raw("\\"u8);
                Raw(text.Slice(next, 1));
            }
            else
            {
                Raw("\\u00"u8);
                var room = output.GetSpan(2);
                sign.TryFormat(room, out int written, "x2", CultureInfo.InvariantCulture);
                output.Advance(written);
            }
            text = text[(next + 1)..];
        }
    }

    private void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
