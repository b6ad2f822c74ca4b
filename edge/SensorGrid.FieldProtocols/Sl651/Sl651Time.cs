namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Times of the protocol: YY MM DD HH mm [SS] as BCD, Beijing time of this century, without a zone.</summary>
public static class Sl651Time
{
    private const int Century = 2000;

    /// <summary>Reads four (hour), five (minute) or six (second) BCD bytes; false when they are no time.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bcd, out long utcTicks)
    {
        int year = Sl651Digits.Pair(bcd[0]);
        int second = bcd.Length > 5 ? Sl651Digits.Pair(bcd[5]) : 0;
        int minute = bcd.Length > 4 ? Sl651Digits.Pair(bcd[4]) : 0;
        if (year < 0)
        {
            utcTicks = 0;
            return false;
        }
        return BeijingTime.TryToUtc(
            Century + year, Sl651Digits.Pair(bcd[1]), Sl651Digits.Pair(bcd[2]), Sl651Digits.Pair(bcd[3]), minute, second, out utcTicks);
    }

    /// <summary>Reads ten (minute) or twelve (second) digits; false when they are no time.</summary>
    public static bool TryReadDigits(ReadOnlySpan<byte> digits, out long utcTicks)
    {
        utcTicks = 0;
        Span<byte> bcd = stackalloc byte[6];
        if (digits.Length is not (10 or 12) || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        for (int i = 0; i < digits.Length / 2; i++)
            bcd[i] = (byte)(((digits[2 * i] - '0') << 4) | (digits[2 * i + 1] - '0'));
        return TryRead(bcd[..(digits.Length / 2)], out utcTicks);
    }

    /// <summary>Writes a time into four, five or six BCD bytes; what is finer is left out.</summary>
    public static void Write(long utcTicks, Span<byte> bcd)
    {
        var local = BeijingTime.FromUtc(utcTicks);
        if (local.Year is < Century or >= Century + 100)
            throw new Sl651WriteException("bad_time", $"the year {local.Year} cannot be written: two digits of this century");
        ReadOnlySpan<int> fields = [local.Year - Century, local.Month, local.Day, local.Hour, local.Minute, local.Second];
        for (int i = 0; i < bcd.Length; i++)
            bcd[i] = Sl651Digits.ToBcd(fields[i]);
    }
}
