using System.Text.Unicode;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Readings.Wire.LineProtocol;

/// <summary>Reads bodies as Telegraf and its like write them nearly always, straight into readings: known datastreams, names of signs that need no escape, tags sorted.
/// <code>
/// measurement { "," key "=" value } " " key "=" value { "," key "=" value } [ " " time ] ( LF | CR LF | end )
/// </code>
/// It takes a body whole or not at all, and says nothing about why not: whatever else there is, and every error, is for <see cref="LineScanner"/>, which reads
/// such a body from its first byte. What both take they take alike.</summary>
internal ref struct PlainLines
{
    private const ulong LargestTime = 9223372036854775806;
    private const int MostDigits = 19;

    // What a sign of a series is; what it becomes in a name is the sign itself, / and :.
    private const byte NameSign = 1, Comma = 2, EqualsSign = 3, Blank = 4;
    private static readonly byte[] Meanings = MakeMeanings();

    private readonly ReadOnlySpan<byte> body;
    private readonly Span<byte> series;
    private readonly long arrival;
    private NameSequence names;

    private PlainLines(ReadOnlySpan<byte> body, Span<byte> series, long arrival, GatewayDatastreams gateway)
    {
        this.body = body;
        this.series = series;
        this.arrival = arrival;
        names = new(gateway);
    }

    /// <summary>Reads a body.</summary>
    /// <param name="body">All of it.</param>
    /// <param name="arrival">Time of lines without one, UTC ticks.</param>
    /// <param name="gateway">Knows the names.</param>
    /// <param name="into">Gets the readings; empty before, and empty again when the body is not taken.</param>
    /// <returns>False when it is another kind of body, or none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, long arrival, GatewayDatastreams gateway, ReadingBatch into)
    {
        if (new PlainLines(body, stackalloc byte[SenMlLimits.Name], arrival, gateway).TryRead(into))
            return true;
        into.Clear();
        return false;
    }

    private bool TryRead(ReadingBatch into)
    {
        var rest = body;
        while (!rest.IsEmpty)
        {
            int length = rest.IndexOf((byte)'\n');
            var line = length < 0 ? rest : rest[..length];
            rest = length < 0 ? default : rest[(length + 1)..];
            if (length > 0 && line[^1] == '\r')
                line = line[..^1];
            if (!TryReadLine(line, into))
                return false;
        }
        names.End();
        return true;
    }

    private bool TryReadLine(ReadOnlySpan<byte> line, ReadingBatch into)
    {
        int at = TakeSeries(line);
        if (at < 0)
            return false;
        var name = series[..(at - 1)];
        // A blank behind the one that ends the series comes before the time. In a text it does not, and what follows it there is no time, or what is before it no text.
        int end = line.LastIndexOf((byte)' ');
        long ticks = arrival;
        if (end < at)
            end = line.Length;
        else if (!TryReadTime(line[(end + 1)..], out ticks))
            return false;
        line = line[..end];
        int first = into.Count, greatest = -1;
        while (true)
        {
            if (into.Count - first == LineScanner.MaxFields || !names.TryFollowField(name, line[at..], out int length, out var datastream))
                return false;
            // Of a key that occurs twice the last one counts, which is known only when the whole line is.
            if (datastream.Value > greatest)
                greatest = datastream.Value;
            else if (IsAmong(into.Readings[first..], datastream))
                return false;
            at = TakeValue(line, at + length + 1, datastream, ticks, into);
            if ((uint)at >= (uint)line.Length)
                return at == line.Length;
            if (line[at++] != ',')
                return false;
        }
    }

    // The place behind the blank that ends the series, whose name is then made; -1 when it is not one of this kind.
    private readonly int TakeSeries(ReadOnlySpan<byte> line)
    {
        int begin = 0, keyBegin = 0, keyLength = 0;
        bool isValue = true;
        for (int i = 0; i < line.Length && i < series.Length; i++)
        {
            byte sign = line[i];
            byte meaning = Meanings[sign];
            if (meaning == NameSign)
            {
                series[i] = sign;
                continue;
            }
            // Nothing is empty, a key ends with = and nothing else does.
            if (meaning == 0 || i == begin || isValue == (meaning == EqualsSign))
                return -1;
            if (meaning == Blank)
                return i + 1;
            series[i] = meaning == Comma ? (byte)'/' : (byte)':';
            if (meaning == EqualsSign)
            {
                // Sorted, and none twice.
                if (keyLength > 0 && line[begin..i].SequenceCompareTo(line.Slice(keyBegin, keyLength)) <= 0)
                    return -1;
                (keyBegin, keyLength) = (begin, i - begin);
            }
            isValue = meaning == EqualsSign;
            begin = i + 1;
        }
        return -1;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        bool isNegative = !text.IsEmpty && text[0] == '-';
        int at = TakeDigits(text, isNegative ? 1 : 0, out ulong magnitude);
        if (at != text.Length || at == (isNegative ? 1 : 0) || magnitude > LargestTime)
            return false;
        long nanoseconds = isNegative ? -(long)magnitude : (long)magnitude;
        ticks = DateTime.UnixEpoch.Ticks + SenMlTimes.ToMicroseconds(nanoseconds / TimeSpan.NanosecondsPerTick);
        return true;
    }

    // The place behind the value, which is added; -1 when it is not one of this kind.
    private static int TakeValue(ReadOnlySpan<byte> line, int at, DatastreamIndex datastream, long ticks, ReadingBatch into)
    {
        if ((uint)at >= (uint)line.Length)
            return -1;
        byte sign = line[at];
        return sign == '"' ? TakeText(line, at + 1, datastream, ticks, into)
            : sign is (byte)'-' or (>= (byte)'0' and <= (byte)'9') ? TakeNumber(line, at, datastream, ticks, into)
            : TakeBoolean(line, at, datastream, ticks, into);
    }

    private static int TakeNumber(ReadOnlySpan<byte> line, int start, DatastreamIndex datastream, long ticks, ReadingBatch into)
    {
        bool isNegative = line[start] == '-';
        int first = isNegative ? start + 1 : start;
        int at = TakeDigits(line, first, out ulong digits);
        int count = at - first, decimals = 0;
        double value;
        if (count is 0 or > MostDigits)
            return -1;
        if (at < line.Length && line[at] is (byte)'i' or (byte)'u')
        {
            if (count == MostDigits || (isNegative && line[at] == 'u'))
                return -1;
            value = isNegative ? -(long)digits : (long)digits;
            into.Add(new(datastream, ticks, value, Unit: UnitRegistry.None));
            return at + 1;
        }
        if (at < line.Length && line[at] == '.')
        {
            int point = ++at;
            for (uint digit; at < line.Length && (digit = (uint)(line[at] - '0')) <= 9; at++)
                digits = digits * 10 + digit;
            decimals = at - point;
            // More may have run over.
            if (decimals == 0 || count + decimals > MostDigits)
                return -1;
        }
        var number = new JsonNumber { Negative = isNegative, Digits = digits, Exponent = -decimals };
        if (!number.TryToDouble(line[start..at], out value))
            return -1;
        into.Add(new(datastream, ticks, value, Unit: UnitRegistry.None));
        return at;
    }

    private static int TakeDigits(ReadOnlySpan<byte> text, int at, out ulong value)
    {
        int first = at;
        value = 0;
        for (uint digit; (uint)at < (uint)text.Length && (digit = (uint)(text[at] - '0')) <= 9; at++)
            value = value * 10 + digit;
        if (at - first > MostDigits)
            value = ulong.MaxValue;
        return at;
    }

    private static int TakeBoolean(ReadOnlySpan<byte> line, int at, DatastreamIndex datastream, long ticks, ReadingBatch into)
    {
        var text = line[at..];
        int length = text.IndexOf((byte)',');
        text = length < 0 ? text : text[..length];
        bool isTrue = text is [(byte)'t' or (byte)'T'] || text.SequenceEqual("true"u8) || text.SequenceEqual("True"u8) || text.SequenceEqual("TRUE"u8);
        if (!isTrue && text is not [(byte)'f' or (byte)'F'] && !text.SequenceEqual("false"u8) && !text.SequenceEqual("False"u8) && !text.SequenceEqual("FALSE"u8))
            return -1;
        into.Add(new(datastream, ticks, isTrue ? 1 : 0, Kind: ReadingKind.Boolean));
        return at + text.Length;
    }

    private static int TakeText(ReadOnlySpan<byte> line, int at, DatastreamIndex datastream, long ticks, ReadingBatch into)
    {
        int length = line[at..].IndexOfAny((byte)'"', (byte)'\\');
        if (length is < 0 or > SenMlLimits.Text || line[at + length] != '"')
            return -1;
        var text = line.Slice(at, length);
        if (!Utf8.IsValid(text))
            return -1;
        into.Add(new(datastream, ticks, into.AddText(text), Kind: ReadingKind.Text));
        return at + length + 1;
    }

    private static bool IsAmong(ReadOnlySpan<Reading> readings, DatastreamIndex datastream)
    {
        foreach (ref readonly var reading in readings)
        {
            if (reading.Datastream == datastream)
                return true;
        }
        return false;
    }

    private static byte[] MakeMeanings()
    {
        var meanings = new byte[256];
        for (int sign = 0; sign < meanings.Length; sign++)
            meanings[sign] = sign switch { ',' => Comma, '=' => EqualsSign, ' ' => Blank, _ => LineText.PlainSigns.Contains((byte)sign) ? NameSign : (byte)0 };
        return meanings;
    }
}
