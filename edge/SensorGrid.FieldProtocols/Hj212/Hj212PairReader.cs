using System.Runtime.CompilerServices;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Walks a data area (6.3.3): items separated by <c>;</c>, pairs in an item by <c>,</c>, each <c>key=value</c>. A value that begins with <c>//</c> goes to the
/// next <c>//</c> whatever stands between (logs of 2017, annex B). Empty items and blanks around are passed over, repeats are kept in their order.</summary>
public ref struct Hj212PairReader
{
    private readonly ReadOnlySpan<byte> area;
    private int next;
    private bool endsItem;

    /// <param name="area">A data area, plain.</param>
    public Hj212PairReader(ReadOnlySpan<byte> area) => this.area = area;

    /// <summary>Key as it came; empty when <see cref="IsMalformed"/>.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>Value as it came, with its <c>//</c>; the whole text when <see cref="IsMalformed"/>.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the pair begins in the area.</summary>
    public int Offset { get; private set; }

    /// <summary>Number of the item the pair stands in; only that it changes means something.</summary>
    public int Item { get; private set; }

    /// <summary>A text without <c>=</c>, or without a key.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Goes to the next pair; false when there is none.</summary>
    public bool MoveNext()
    {
        while (next < area.Length)
        {
            if (endsItem)
            {
                Item++;
                endsItem = false;
            }
            Offset = next;
            var rest = area[next..];
            int equals = rest.IndexOfAny((byte)'=', (byte)';', (byte)',');
            int end = equals < 0 ? rest.Length : equals;
            bool hasValue = equals >= 0 && rest[equals] == '=';
            if (hasValue)
                end = EndOfValue(rest, equals + 1);
            endsItem = end < rest.Length && rest[end] == ';';
            next += end + 1;
            if (hasValue)
            {
                Key = Trim(rest[..equals]);
                Value = Trim(rest[(equals + 1)..end]);
                IsMalformed = Key.IsEmpty;
                return true;
            }
            Value = Trim(rest[..end]);
            if (Value.IsEmpty)
                continue;
            Key = default;
            IsMalformed = true;
            return true;
        }
        return false;
    }

    /// <summary>Goes to the next pair if it has a certain key, whose value is then to be taken by <see cref="TryTakeNumber"/>, or else by <see cref="TakeValue"/>.</summary>
    /// <param name="key">A key that came before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryFollow(Hj212Key key)
    {
        int length = key.Lead.Length;
        if (area.Length - next < length || !key.Lead.Is(area.Slice(next, length)))
            return false;
        if (endsItem)
            Item++;
        endsItem = false;
        Offset = next;
        next += length;
        return true;
    }

    /// <summary>Takes a value that is a plain number: a sign, digits, a point.</summary>
    /// <param name="shift">Power of ten that it is given times.</param>
    /// <param name="number">The number.</param>
    /// <returns>False when it is something else, or needs more than an exact operation; nothing is taken then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryTakeNumber(int shift, out double number)
    {
        int at = next;
        bool isNegative = at < area.Length && area[at] == '-';
        if (isNegative)
            at++;
        if (area.Length - at < PlainDigits.AtOnce || !PlainDigits.TryReadShort(area[at..], out uint digits, out int decimals, out int end)
            || area[at + end] is not ((byte)',' or (byte)';'))
            return TryTakeLongNumber(shift, out number);
        number = 0;
        int power = decimals - shift;
        if (power is < -Hj212Number.ExactPower or > Hj212Number.ExactPower)
            return false;
        number = DecimalNumber.ToDouble(isNegative ? -(long)digits : digits, power);
        endsItem = area[at + end] == ';';
        next = at + end + 1;
        return true;
    }

    // One that is long, or stands at the end of the area.
    private bool TryTakeLongNumber(int shift, out double number)
    {
        var text = area;
        int at = next;
        bool isNegative = (uint)at < (uint)text.Length && text[at] == '-';
        if (isNegative)
            at++;
        int first = at;
        long digits = 0;
        for (uint digit; (uint)at < (uint)text.Length && (digit = (uint)text[at] - '0') <= 9; at++)
            digits = digits * 10 + digit;
        int count = at - first, decimals = 0;
        if ((uint)at < (uint)text.Length && text[at] == '.')
        {
            int point = ++at;
            for (uint digit; (uint)at < (uint)text.Length && (digit = (uint)text[at] - '0') <= 9; at++)
                digits = digits * 10 + digit;
            decimals = at - point;
            count += decimals;
        }
        number = 0;
        int power = decimals - shift;
        bool endsHere = (uint)at >= (uint)text.Length || text[at] is (byte)',' or (byte)';';
        if (!endsHere || count is 0 or > Hj212Number.ExactDigits || power is < -Hj212Number.ExactPower or > Hj212Number.ExactPower)
            return false;
        number = DecimalNumber.ToDouble(isNegative ? -digits : digits, power);
        endsItem = (uint)at < (uint)text.Length && text[at] == ';';
        next = at + 1;
        return true;
    }

    /// <summary>Takes a value of any kind.</summary>
    internal ReadOnlySpan<byte> TakeValue()
    {
        int end = EndOfValue(area, next);
        var value = Trim(area[next..end]);
        endsItem = end < area.Length && area[end] == ';';
        next = end + 1;
        return value;
    }

    private static int EndOfValue(ReadOnlySpan<byte> rest, int from)
    {
        var value = rest[from..];
        if (value.StartsWith("//"u8))
        {
            int close = value[2..].IndexOf("//"u8);
            // A log that nobody closes goes to the end: what follows cannot be told from it.
            if (close < 0)
                return rest.Length;
            from += close + 4;
            value = rest[from..];
        }
        int end = value.IndexOfAny((byte)';', (byte)',');
        return end < 0 ? rest.Length : from + end;
    }

    /// <summary>Without blanks and line ends around.</summary>
    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        // Almost never anything to do.
        if (text.Length > 0 && text[0] > ' ' && text[^1] > ' ')
            return text;
        return text.Trim(" \t\r\n\0"u8);
    }
}
