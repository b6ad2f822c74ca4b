using System.Buffers;
using System.Runtime.CompilerServices;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Walks over JSON text (RFC 8259) without recursion and without an allocation. The text is known to be valid UTF-8.</summary>
internal ref struct JsonScanner(ReadOnlySpan<byte> text)
{
    /// <summary>What ends a plain run inside a string: quote, backslash, or a sign that must be escaped.</summary>
    public static readonly SearchValues<byte> StringEnds = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> text = text;

    /// <summary>Where the scanner stands.</summary>
    public int At;

    /// <summary>True at the end of the text.</summary>
    public readonly bool AtEnd => At >= text.Length;

    /// <summary>The byte here; 0 at the end (a NUL is nowhere valid in JSON).</summary>
    public readonly byte Here => At < text.Length ? text[At] : (byte)0;

    /// <summary>Part of the text.</summary>
    public readonly ReadOnlySpan<byte> Slice(int start, int length) => text.Slice(start, length);

    /// <summary>Steps over blanks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipBlanks()
    {
        // Senders mostly write none.
        if (At < text.Length && text[At] <= ' ')
            SkipBlanksHere();
    }

    /// <summary>Steps over one byte, if it is this one.</summary>
    public bool TryTake(byte wanted)
    {
        if (At >= text.Length || text[At] != wanted)
            return false;
        At++;
        return true;
    }

    /// <summary>Steps over a string.</summary>
    /// <param name="raw">What stands between the quotes, escapes untouched.</param>
    /// <param name="escaped">Whether there are escapes.</param>
    public bool TryReadString(out ReadOnlySpan<byte> raw, out bool escaped)
    {
        raw = default;
        escaped = false;
        if (!TryTake((byte)'"'))
            return false;
        int start = At;
        while (true)
        {
            int next = text[At..].IndexOfAny(StringEnds);
            if (next < 0)
            {
                At = text.Length;
                return false;
            }
            At += next;
            if (text[At] == '"')
            {
                raw = text[start..At];
                At++;
                return true;
            }
            if (text[At] != '\\' || !TrySkipEscape())
                return false;
            escaped = true;
        }
    }

    /// <summary>Steps over a SenML label of one or two letters and the colon directly behind it: the usual case, decided without a search.</summary>
    /// <returns>None, without a step, in any other case.</returns>
    public SenMlLabels TakeShortLabel()
    {
        var rest = text[At..];
        if (rest.Length < 5 || rest[0] != '"')
            return SenMlLabels.None;
        int length = rest[2] == '"' ? 1 : rest[3] == '"' ? 2 : 0;
        if (length == 0 || rest[length + 2] != ':')
            return SenMlLabels.None;
        var label = SenMlLabelNames.Find(rest.Slice(1, length));
        if (label == SenMlLabels.Extension)
            return SenMlLabels.None;
        At += length + 3;
        return label;
    }

    /// <summary>Steps over a string that holds nothing but signs of names.</summary>
    /// <returns>False, without a step, when it holds others or is no string.</returns>
    public bool TryReadName(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (Here != '"')
            return false;
        var rest = text[(At + 1)..];
        int length = rest.IndexOfAnyExcept(SenMlNames.Signs);
        if (length < 0 || rest[length] != '"')
            return false;
        name = rest[..length];
        At += length + 2;
        return true;
    }

    /// <summary>Steps over a number: <c>-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?</c></summary>
    public bool TryReadNumber(out JsonNumber number)
    {
        number = default;
        int at = At;
        if (at < text.Length && text[at] == '-')
        {
            number.Negative = true;
            at++;
        }
        int start = at;
        ulong digits = 0;
        int exponent = 0;
        int significant = 0;
        uint digit;
        while (at < text.Length && (digit = (uint)(text[at] - '0')) <= 9)
        {
            if (significant < 19)
            {
                digits = digits * 10 + digit;
                significant += digits == 0 ? 0 : 1;
            }
            else
            {
                exponent++;
                number.Dropped = true;
            }
            at++;
        }
        if (at == start || (text[start] == '0' && at > start + 1))
            return Stop(at);
        number.Integer = true;
        if (at < text.Length && text[at] == '.')
        {
            number.Integer = false;
            int point = ++at;
            while (at < text.Length && (digit = (uint)(text[at] - '0')) <= 9)
            {
                if (significant < 19)
                {
                    digits = digits * 10 + digit;
                    significant += digits == 0 ? 0 : 1;
                    exponent--;
                }
                else
                {
                    number.Dropped = true;
                }
                at++;
            }
            if (at == point)
                return Stop(at);
        }
        if (at < text.Length && (text[at] | 0x20) == 'e')
        {
            number.Integer = false;
            at++;
            bool negative = false;
            if (at < text.Length && text[at] is (byte)'+' or (byte)'-')
                negative = text[at++] == '-';
            int first = at;
            int power = 0;
            while (at < text.Length && (digit = (uint)(text[at] - '0')) <= 9)
            {
                // Held far beyond every double and far below overflow.
                power = Math.Min(power * 10 + (int)digit, 10_000_000);
                at++;
            }
            if (at == first)
                return Stop(at);
            exponent += negative ? -power : power;
        }
        number.Digits = digits;
        number.Exponent = exponent;
        At = at;
        return true;
    }

    /// <summary>Steps over any value.</summary>
    /// <param name="depth">Levels of arrays and objects it may have.</param>
    public SenMlError SkipValue(int depth)
    {
        // A bit per open level says whether it is an object; the depth limit keeps them in one number.
        uint objects = 0;
        int open = 0;
        while (true)
        {
            SkipBlanks();
            byte here = Here;
            if (here is (byte)'{' or (byte)'[')
            {
                if (open == depth)
                    return SenMlError.TooDeep;
                At++;
                open++;
                objects = (objects << 1) | (here == '{' ? 1u : 0u);
                SkipBlanks();
                if (!TryTake(here == '{' ? (byte)'}' : (byte)']'))
                {
                    if (here == '{' && !TrySkipLabel())
                        return SenMlError.Json;
                    continue;
                }
                open--;
                objects >>= 1;
            }
            else if (!TrySkipScalar(here))
            {
                return SenMlError.Json;
            }
            while (open > 0)
            {
                SkipBlanks();
                bool inObject = (objects & 1) != 0;
                if (TryTake((byte)','))
                {
                    SkipBlanks();
                    if (inObject && !TrySkipLabel())
                        return SenMlError.Json;
                    break;
                }
                if (!TryTake(inObject ? (byte)'}' : (byte)']'))
                    return SenMlError.Json;
                open--;
                objects >>= 1;
            }
            if (open == 0)
                return SenMlError.None;
        }
    }

    private void SkipBlanksHere()
    {
        while (At < text.Length && text[At] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            At++;
    }

    private bool TrySkipLabel()
    {
        if (!TryReadString(out _, out _))
            return false;
        SkipBlanks();
        return TryTake((byte)':');
    }

    private bool TrySkipScalar(byte here) => here switch
    {
        (byte)'"' => TryReadString(out _, out _),
        (byte)'t' => TryTakeWord("true"u8),
        (byte)'f' => TryTakeWord("false"u8),
        (byte)'n' => TryTakeWord("null"u8),
        _ => TryReadNumber(out _),
    };

    /// <summary>Steps over a literal.</summary>
    public bool TryTakeWord(ReadOnlySpan<byte> word)
    {
        if (!text[At..].StartsWith(word))
            return false;
        At += word.Length;
        return true;
    }

    private bool TrySkipEscape()
    {
        At++;
        byte kind = Here;
        if (kind == 'u')
        {
            for (int i = 1; i <= 4; i++)
            {
                if (At + i >= text.Length || !char.IsAsciiHexDigit((char)text[At + i]))
                    return Stop(At + i);
            }
            At += 5;
            return true;
        }
        if (kind is not ((byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t'))
            return false;
        At++;
        return true;
    }

    private bool Stop(int at)
    {
        At = Math.Min(at, text.Length);
        return false;
    }
}
