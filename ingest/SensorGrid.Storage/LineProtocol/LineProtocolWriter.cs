using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>Writes InfluxDB line protocol into a buffer, without allocating:
/// <code>
/// line        = measurement { "," key "=" value } " " key "=" field { "," key "=" field } " " time NL
/// names       comma, space (and "=", but not in a measurement) get a backslash before them
/// text field  in double quotes; a double quote and a backslash get a backslash before them
/// </code>
/// The caller keeps the order measurement, tags, fields, time; a line needs a measurement and a field.</summary>
/// <remarks>What names cannot carry is replaced, because stores do not agree on reading it: a backslash (an escape to VictoriaMetrics, an
/// ordinary sign to InfluxDB, and at the end of a name to nobody) by <c>/</c>, a control character by <c>_</c>. Tags without a value are
/// left out; numbers that are not finite do not exist in line protocol and are the caller's to leave out.</remarks>
/// <param name="into">Gets the lines, as UTF-8.</param>
public ref struct LineProtocolWriter(IBufferWriter<byte> into)
{
    private const string ControlCharacters =
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f";

    private static readonly SearchValues<char> MeasurementSigns = SearchValues.Create(", \\" + ControlCharacters);
    private static readonly SearchValues<char> NameSigns = SearchValues.Create(",= \\" + ControlCharacters);

    // Longest text of a double or an integer.
    private const int LongestNumber = 32;

    private bool hasField;

    /// <summary>Begins a line.</summary>
    public void Measurement(ReadOnlySpan<char> name)
    {
        hasField = false;
        WriteName(name, MeasurementSigns);
    }

    /// <summary>Adds a tag; nothing when the value is empty.</summary>
    public readonly void Tag(ReadOnlySpan<char> key, ReadOnlySpan<char> value)
    {
        if (value.IsEmpty)
            return;
        WriteByte((byte)',');
        WriteName(key, NameSigns);
        WriteByte((byte)'=');
        WriteName(value, NameSigns);
    }

    /// <summary>Adds a float; the shortest digits that read back as the same number.</summary>
    public void Field(ReadOnlySpan<char> key, double value)
    {
        WriteFieldKey(key);
        var span = into.GetSpan(LongestNumber);
        value.TryFormat(span, out int written, "R", CultureInfo.InvariantCulture);
        into.Advance(written);
    }

    /// <summary>Adds an integer.</summary>
    public void Field(ReadOnlySpan<char> key, long value)
    {
        WriteFieldKey(key);
        WriteInteger(value);
        WriteByte((byte)'i');
    }

    /// <summary>Adds an unsigned integer; InfluxDB 1.x has none.</summary>
    public void Field(ReadOnlySpan<char> key, ulong value)
    {
        WriteFieldKey(key);
        var span = into.GetSpan(LongestNumber);
        Utf8Formatter.TryFormat(value, span, out int written);
        into.Advance(written);
        WriteByte((byte)'u');
    }

    /// <summary>Adds a boolean.</summary>
    public void Field(ReadOnlySpan<char> key, bool value)
    {
        WriteFieldKey(key);
        into.Write(value ? "true"u8 : "false"u8);
    }

    /// <summary>Adds a text, given as UTF-8. A byte that is no UTF-8 is carried on as it is.</summary>
    public void TextField(ReadOnlySpan<char> key, ReadOnlySpan<byte> utf8)
    {
        WriteFieldKey(key);
        WriteByte((byte)'"');
        for (int at; (at = utf8.IndexOfAny((byte)'"', (byte)'\\')) >= 0; utf8 = utf8[(at + 1)..])
        {
            into.Write(utf8[..at]);
            WriteByte((byte)'\\');
            WriteByte(utf8[at]);
        }
        into.Write(utf8);
        WriteByte((byte)'"');
    }

    /// <summary>Ends the line with its time.</summary>
    /// <param name="nanoseconds">Since 1970-01-01 UTC. Wider than what stores take, so that a line can be shown that no store can take.</param>
    public readonly void EndLine(Int128 nanoseconds)
    {
        WriteByte((byte)' ');
        if (nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue)
        {
            WriteInteger((long)nanoseconds);
        }
        else
        {
            var span = into.GetSpan(2 * LongestNumber);
            nanoseconds.TryFormat(span, out int written, default, CultureInfo.InvariantCulture);
            into.Advance(written);
        }
        WriteByte((byte)'\n');
    }

    private void WriteFieldKey(ReadOnlySpan<char> key)
    {
        WriteByte(hasField ? (byte)',' : (byte)' ');
        hasField = true;
        WriteName(key, NameSigns);
        WriteByte((byte)'=');
    }

    private readonly void WriteName(ReadOnlySpan<char> text, SearchValues<char> signs)
    {
        for (int at; (at = text.IndexOfAny(signs)) >= 0; text = text[(at + 1)..])
        {
            WriteUtf8(text[..at]);
            char sign = text[at];
            if (sign is ',' or '=' or ' ')
                WriteByte((byte)'\\');
            WriteByte(sign switch
            {
                '\\' => (byte)'/',
                < ' ' or '\u007f' => (byte)'_',
                _ => (byte)sign,
            });
        }
        WriteUtf8(text);
    }

    private readonly void WriteUtf8(ReadOnlySpan<char> text)
    {
        var span = into.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        // Half a surrogate pair becomes U+FFFD.
        Utf8.FromUtf16(text, span, out _, out int written, replaceInvalidSequences: true);
        into.Advance(written);
    }

    private readonly void WriteInteger(long value)
    {
        var span = into.GetSpan(LongestNumber);
        Utf8Formatter.TryFormat(value, span, out int written);
        into.Advance(written);
    }

    private readonly void WriteByte(byte value)
    {
        into.GetSpan(1)[0] = value;
        into.Advance(1);
    }
}
