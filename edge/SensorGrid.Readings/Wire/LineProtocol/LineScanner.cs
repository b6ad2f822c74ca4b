using System.Buffers;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Readings.Wire.LineProtocol;

/// <summary>Takes lines of InfluxDB line protocol apart, one at a time. As strict as the strictest known reader: control characters in names are errors.
/// Whether the body is UTF-8 is looked at before. Allocates nothing.</summary>
/// <remarks>
/// <code>
/// lines       = line { NL line }              NL = LF or CR LF
/// line        = { blank } [ point | comment ] { blank }
/// point       = measurement { "," tagKey "=" tagValue } blank+ field { "," field } [ blank+ time ]
/// field       = fieldKey "=" ( float | int "i" | uint "u" | bool | string )
/// </code>
/// A blank is a space. A backslash escapes what would end a name, and is an ordinary sign before any other.
/// </remarks>
/// <param name="body">All of it.</param>
/// <param name="nanosecondsPerUnit">Unit of the times: 1, 1,000, 1,000,000 or 1,000,000,000.</param>
internal ref struct LineScanner(ReadOnlySpan<byte> body, long nanosecondsPerUnit)
{
    /// <summary>Tags of one line.</summary>
    public const int MaxTags = 256;

    /// <summary>Fields of one line.</summary>
    public const int MaxFields = 1024;

    private const long LargestTime = 9223372036854775806;

    private static readonly byte[] ControlSigns = [.. Enumerable.Range(0, 32).Select(sign => (byte)sign), 0x7F];
    private static readonly SearchValues<byte> Control = SearchValues.Create(ControlSigns);

    // With the control characters: one look at a name finds its end and what may not be in it.
    private static readonly SearchValues<byte> MeasurementEnds = SearchValues.Create([.. ControlSigns, .. ", \\"u8]);
    private static readonly SearchValues<byte> KeyEnds = SearchValues.Create([.. ControlSigns, .. ",= \\"u8]);
    private static readonly SearchValues<byte> ValueEnds = SearchValues.Create(", \r\n"u8);
    private static readonly SearchValues<byte> TextEnds = SearchValues.Create("\"\\"u8);

    private readonly ReadOnlySpan<byte> body = body;
    private int at;

    /// <summary>Where it stands; after an error, what is wrong.</summary>
    public readonly int At => at;

    /// <summary>Takes the next point.</summary>
    /// <param name="point">Gets it.</param>
    /// <param name="isBroken">True when what stands there is none.</param>
    /// <returns>False at the end of the body, and when it is broken.</returns>
    public bool TryNext(LinePoint point, out bool isBroken)
    {
        isBroken = false;
        while (at < body.Length)
        {
            SkipBlanks();
            bool isPoint = false;
            if (Here == '#')
                isBroken = !TrySkipComment();
            else if (!IsLineEnd)
                isBroken = !(isPoint = TryPoint(point));
            isBroken = isBroken || !TryEndLine();
            if (isBroken)
                return false;
            if (isPoint)
                return true;
        }
        return false;
    }

    private readonly int Here => at < body.Length ? body[at] : -1;

    private readonly bool IsLineEnd => at == body.Length || body[at] == '\n' || (body[at] == '\r' && at + 1 < body.Length && body[at + 1] == '\n');

    private void SkipBlanks()
    {
        while (at < body.Length && body[at] == ' ')
            at++;
    }

    private bool TrySkipComment()
    {
        int length = body[at..].IndexOf((byte)'\n');
        var comment = length < 0 ? body[at..] : body.Slice(at, length);
        int bad = (comment.EndsWith("\r"u8) ? comment[..^1] : comment).IndexOfAny(Control);
        at += bad < 0 ? comment.Length : bad;
        return bad < 0;
    }

    private bool TryEndLine()
    {
        if (!IsLineEnd)
            return false;
        if (Here == '\r')
            at++;
        if (Here == '\n')
            at++;
        return true;
    }

    private bool TryPoint(LinePoint point)
    {
        point.Clear();
        if (!TryName(MeasurementEnds, isMeasurement: true, out var measurement))
            return false;
        point.Measurement = measurement;
        while (Here == ',')
        {
            at++;
            if (point.TagCount == MaxTags || !TryTag(point))
                return false;
        }
        if (Here != ' ')
            return false;
        SkipBlanks();
        do
        {
            if (point.FieldCount > 0)
                at++;
            if (point.FieldCount == MaxFields || !TryField(point))
                return false;
        }
        while (Here == ',');
        if (!IsLineEnd && Here != ' ')
            return false;
        SkipBlanks();
        if (!IsLineEnd && !TryTime(point))
            return false;
        SkipBlanks();
        return true;
    }

    private bool TryTag(LinePoint point)
    {
        int start = at;
        if (!TryName(KeyEnds, isMeasurement: false, out var key) || Here != '=')
            return false;
        at++;
        if (!TryName(KeyEnds, isMeasurement: false, out var value))
            return false;
        // A name has one way to be written, so equal bytes are equal names.
        foreach (ref readonly var other in point.Tags)
        {
            if (other.Key.In(body).SequenceEqual(key.In(body)))
            {
                at = start;
                return false;
            }
        }
        point.Add(new LineTag(key, value));
        return true;
    }

    private bool TryName(SearchValues<byte> ends, bool isMeasurement, out LineToken name)
    {
        int start = at;
        bool hasBackslash = false;
        name = default;
        while (true)
        {
            int length = body[at..].IndexOfAny(ends);
            at = length < 0 ? body.Length : at + length;
            int here = Here;
            if (here is >= 0 and < ' ' or 0x7F && !IsLineEnd)
                return false;
            if (here != '\\')
                break;
            hasBackslash = true;
            at++;
            if (IsLineEnd)
                return false;
            if (Here is ',' or ' ' || (Here == '=' && !isMeasurement))
                at++;
        }
        if (at == start)
            return false;
        name = new(start, at - start, hasBackslash);
        return true;
    }

    private bool TryField(LinePoint point)
    {
        if (!TryName(KeyEnds, isMeasurement: false, out var key) || Here != '=')
            return false;
        at++;
        if (Here == '"')
            return TryText(point, key);
        int start = at;
        int length = body[at..].IndexOfAny(ValueEnds);
        at = length < 0 ? body.Length : at + length;
        if (TryValue(body[start..at], out var kind, out long bits))
        {
            point.Add(new LineField(key, kind, bits));
            return true;
        }
        at = start;
        return false;
    }

    private bool TryText(LinePoint point, LineToken key)
    {
        int start = ++at;
        bool hasBackslash = false;
        while (true)
        {
            int length = body[at..].IndexOfAny(TextEnds);
            if (length < 0)
            {
                at = start - 1;
                return false;
            }
            at += length;
            if (body[at] == '"')
                break;
            hasBackslash = true;
            at = Math.Min(body.Length, at + (at + 1 < body.Length && LineText.IsEscape(body[at + 1]) ? 2 : 1));
        }
        point.Add(new LineField(key, LineValueKind.Text, 0, new(start, at - start, hasBackslash)));
        at++;
        return true;
    }

    private static bool TryValue(ReadOnlySpan<byte> text, out LineValueKind kind, out long bits)
    {
        (kind, bits) = (LineValueKind.Float, 0);
        if (text.IsEmpty)
            return false;
        switch (text[^1])
        {
            case (byte)'i':
                kind = LineValueKind.Integer;
                return TryInteger(text[..^1], out bits);
            case (byte)'u':
                kind = LineValueKind.Unsigned;
                return TryUnsigned(text[..^1], out ulong magnitude) && (bits = (long)magnitude) == (long)magnitude;
            case >= (byte)'0' and <= (byte)'9' or (byte)'.':
                bool isFloat = TryFloat(text, out double value);
                bits = BitConverter.DoubleToInt64Bits(value);
                return isFloat;
            default:
                kind = LineValueKind.Boolean;
                bool isTrue = text.Length == 1 ? text[0] is (byte)'t' or (byte)'T' : text.SequenceEqual("true"u8) || text.SequenceEqual("True"u8) || text.SequenceEqual("TRUE"u8);
                bits = isTrue ? 1 : 0;
                return isTrue || (text.Length == 1 ? text[0] is (byte)'f' or (byte)'F' : text.SequenceEqual("false"u8) || text.SequenceEqual("False"u8) || text.SequenceEqual("FALSE"u8));
        }
    }

    private static bool TryUnsigned(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        if (digits.IsEmpty)
            return false;
        foreach (byte sign in digits)
        {
            uint digit = (uint)(sign - '0');
            if (digit > 9 || value > (ulong.MaxValue - digit) / 10)
                return false;
            value = value * 10 + digit;
        }
        return true;
    }

    private static bool TryInteger(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        bool isNegative = text.Length > 0 && text[0] == '-';
        var digits = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (!TryUnsigned(digits, out ulong magnitude) || magnitude > (ulong)long.MaxValue + (isNegative ? 1u : 0u))
            return false;
        value = isNegative ? (long)(0 - magnitude) : (long)magnitude;
        return true;
    }

    // Sign, digits with or without a point, and an exponent. What fits an exact operation is done with one, the rest is the framework's.
    private static bool TryFloat(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        int at = text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        ulong digits = 0;
        int count = 0, decimals = 0;
        bool hasPoint = false;
        for (; at < text.Length; at++)
        {
            uint digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                if (++count <= 19)
                    digits = digits * 10 + digit;
                decimals += hasPoint ? 1 : 0;
            }
            else if (text[at] == '.' && !hasPoint)
            {
                hasPoint = true;
            }
            else
            {
                break;
            }
        }
        if (count == 0)
            return false;
        // An exponent is left to the text.
        var number = new JsonNumber { Negative = text[0] == '-', Digits = digits, Exponent = -decimals, Dropped = count > 19 || at < text.Length };
        return IsExponent(text[at..]) && number.TryToDouble(text, out value);
    }

    private static bool IsExponent(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return true;
        if (text[0] is not ((byte)'e' or (byte)'E'))
            return false;
        text = text.Length > 1 && text[1] is (byte)'-' or (byte)'+' ? text[2..] : text[1..];
        return !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private bool TryTime(LinePoint point)
    {
        int start = at;
        int length = body[at..].IndexOfAny(ValueEnds);
        at = length < 0 ? body.Length : at + length;
        var text = body[start..at];
        long time = 0;
        if (text.IsEmpty || text[0] == '+' || !TryInteger(text, out time) || Int128.Abs((Int128)time * nanosecondsPerUnit) > LargestTime)
        {
            at = start;
            return false;
        }
        point.Nanoseconds = time * nanosecondsPerUnit;
        return true;
    }
}
