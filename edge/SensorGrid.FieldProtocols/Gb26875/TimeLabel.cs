using System.Globalization;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>时间标签 (GB/T 26875.3-2011, 8.2.2): second, minute, hour, day, month, year - 2000, one plain byte each (never BCD), Beijing time. May hold
/// a time that does not exist: devices without a clock send six zeros.</summary>
public readonly record struct TimeLabel
{
    /// <summary>Bytes of a label.</summary>
    public const int Bytes = 6;

    // The bytes as they come, the first one lowest.
    private readonly ulong bytes;

    private TimeLabel(ulong bytes) => this.bytes = bytes;

    /// <summary>Whether there is such a time.</summary>
    public bool IsValid => TryToUtc(out _);

    /// <summary>Takes the first six bytes, whatever they say.</summary>
    public static TimeLabel Read(ReadOnlySpan<byte> from) => new(
        from[0] | (ulong)from[1] << 8 | (ulong)from[2] << 16 | (ulong)from[3] << 24 | (ulong)from[4] << 32 | (ulong)from[5] << 40);

    /// <summary>The label of a time; parts of a second are cut.</summary>
    /// <param name="utcTicks">UTC ticks; the year in Beijing must be 2000 to 2099.</param>
    public static TimeLabel FromUtc(long utcTicks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(utcTicks, 0);
        var local = BeijingTime.FromUtc(utcTicks);
        if (local.Year is < 2000 or > 2099)
            throw new ArgumentOutOfRangeException(nameof(utcTicks), local, "A time label holds the years 2000 to 2099.");
        return Read([(byte)local.Second, (byte)local.Minute, (byte)local.Hour, (byte)local.Day, (byte)local.Month, (byte)(local.Year - 2000)]);
    }

    /// <summary>The label of now, or zeros when the machine's clock stands outside of what a label can hold.</summary>
    internal static TimeLabel OfNow(long utcTicks) =>
        utcTicks >= 0 && utcTicks <= DateTime.MaxValue.Ticks - BeijingTime.OffsetTicks && BeijingTime.FromUtc(utcTicks).Year is >= 2000 and <= 2099
            ? FromUtc(utcTicks)
            : default;

    /// <summary>UTC ticks; false when there is no such time.</summary>
    public bool TryToUtc(out long utcTicks)
    {
        utcTicks = 0;
        return this[5] <= 99 && BeijingTime.TryToUtc(2000 + this[5], this[4], this[3], this[2], this[1], this[0], out utcTicks);
    }

    /// <summary>Writes the six bytes.</summary>
    public void Write(Span<byte> to)
    {
        for (int i = 0; i < Bytes; i++)
            to[i] = this[i];
    }

    /// <summary>Local time as 2026-07-01T06:00:36, or the bytes in hex when there is no such time.</summary>
    public override string ToString() => TryToUtc(out long ticks)
        ? BeijingTime.FromUtc(ticks).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)
        : Convert.ToHexStringLower([this[0], this[1], this[2], this[3], this[4], this[5]]);

    private byte this[int index] => (byte)(bytes >> (8 * index));
}
