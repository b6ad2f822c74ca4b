namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Times of HJ 212: 14 digits <c>YYYYMMDDhhmmss</c>, 17 with milliseconds, Beijing time. Longer and damaged ones come: the leading 14 digits count if they are
/// a time.</summary>
public static class Hj212Time
{
    private const int Digits = 14;

    /// <summary>UTC ticks of a time; false when its first 14 signs are none.</summary>
    /// <param name="text">At least 14 digits; three more are milliseconds, anything else behind is passed over.</param>
    /// <param name="utcTicks">The time in UTC.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long utcTicks)
    {
        utcTicks = 0;
        if (text.Length < Digits)
            return false;
        // Two words that overlap by the day.
        if (!PlainDigits.TryReadEight(text, out int date) || !PlainDigits.TryReadEight(text[(Digits - PlainDigits.AtOnce)..], out int time))
            return false;
        if (!BeijingTime.TryToUtc(date / 10_000, date / 100 % 100, date % 100, time / 10_000 % 100, time / 100 % 100, time % 100, out utcTicks))
            return false;
        if (text.Length >= Digits + 3 && Hj212Number.IsDigits(text.Slice(Digits, 3)))
            utcTicks += Hj212FrameScanner.ReadDigits(text.Slice(Digits, 3)) * TimeSpan.TicksPerMillisecond;
        return true;
    }

    /// <summary>Writes 14 digits, or 17 with milliseconds.</summary>
    /// <param name="utcTicks">The time in UTC.</param>
    /// <param name="into">14 or 17 bytes.</param>
    public static void Write(long utcTicks, Span<byte> into)
    {
        if (into.Length is not (Digits or Digits + 3))
            throw new ArgumentException("A time takes 14 bytes, or 17 with milliseconds.", nameof(into));
        var time = BeijingTime.FromUtc(utcTicks);
        WriteDigits(time.Year, into[..4]);
        WriteDigits(time.Month, into.Slice(4, 2));
        WriteDigits(time.Day, into.Slice(6, 2));
        WriteDigits(time.Hour, into.Slice(8, 2));
        WriteDigits(time.Minute, into.Slice(10, 2));
        WriteDigits(time.Second, into.Slice(12, 2));
        if (into.Length > Digits)
            WriteDigits(time.Millisecond, into[Digits..]);
    }

    /// <summary>14 digits, to be put into a data area.</summary>
    public static string ToText(long utcTicks)
    {
        Span<byte> digits = stackalloc byte[Digits];
        Write(utcTicks, digits);
        return System.Text.Encoding.ASCII.GetString(digits);
    }

    internal static void WriteDigits(int number, Span<byte> into)
    {
        for (int i = into.Length - 1; i >= 0; i--)
        {
            into[i] = (byte)('0' + number % 10);
            number /= 10;
        }
    }
}
