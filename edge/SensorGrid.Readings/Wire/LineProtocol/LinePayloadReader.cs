using System.Buffers;
using System.Globalization;
using System.Text.Unicode;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Readings.Wire.LineProtocol;

/// <summary>Bodies of line protocol to readings, as Telegraf and its like publish them over MQTT: each field is a datastream, named
/// <c>measurement/key:value/…/field</c> with the tags sorted by key. All or nothing.</summary>
internal sealed class LinePayloadReader : IPayloadReader
{
    private const int HashLength = 9;
    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;

    private static readonly SearchValues<byte> Signs = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./_"u8);

    private readonly LinePoint point = new();
    private readonly byte[] ending = new byte[SenMlLimits.Name];
    private byte[] name = new byte[1024];
    private byte[] text = new byte[256];
    private int nameLength;
    private uint nameHash;
    private bool nameIsPlain;

    /// <inheritdoc/>
    public PayloadOutcome Read(ReadOnlySpan<byte> payload, long receivedAtTicks, GatewayDatastreams gateway, ReadingBatch into)
    {
        if (payload.Length > SenMlLimits.Payload)
            return new(PayloadReason.PayloadTooLarge, SenMlLimits.Payload, default);
        if (!Utf8.IsValid(payload))
            return new(PayloadReason.LineProtocol, 0, default);
        // Looked through before anything is taken, so that a refused body names no datastream.
        var check = new LineScanner(payload, 1);
        bool isBroken;
        while (check.TryNext(point, out isBroken))
        {
            foreach (ref readonly var field in point.Fields)
            {
                if (field.Text.Length > SenMlLimits.Text)
                    return new(PayloadReason.StringTooLong, field.Text.Start, default);
            }
        }
        if (isBroken)
            return new(PayloadReason.LineProtocol, check.At, default);
        long arrival = receivedAtTicks - receivedAtTicks % TimeSpan.TicksPerMicrosecond;
        var counters = default(PayloadCounters);
        var lines = new LineScanner(payload, 1);
        while (lines.TryNext(point, out _))
            AddPoint(payload, arrival, gateway, into, ref counters);
        counters.Readings = into.Count;
        return new(PayloadReason.None, 0, counters);
    }

    private void AddPoint(ReadOnlySpan<byte> body, long arrival, GatewayDatastreams gateway, ReadingBatch into, ref PayloadCounters counters)
    {
        long ticks = arrival;
        if (point.Nanoseconds is { } nanoseconds)
            ticks = DateTime.UnixEpoch.Ticks + SenMlTimes.ToMicroseconds(nanoseconds / TimeSpan.NanosecondsPerTick);
        BeginName(body);
        var (seriesLength, seriesHash, seriesIsPlain) = (nameLength, nameHash, nameIsPlain);
        for (int i = 0; i < point.FieldCount; i++)
        {
            ref readonly var field = ref point.Fields[i];
            counters.Records++;
            // Of a key that occurs twice the last one counts.
            if (IsSaidAgain(body, i))
                continue;
            (nameLength, nameHash, nameIsPlain) = (seriesLength, seriesHash, seriesIsPlain);
            Separate((byte)'/');
            Append(body, field.Key, isMeasurement: false);
            if (!gateway.TryResolve(EndName(), out var datastream))
            {
                counters.DatastreamLimit++;
                continue;
            }
            into.Add(field.Kind switch
            {
                LineValueKind.Boolean => new(datastream, ticks, field.Bits, Kind: ReadingKind.Boolean),
                LineValueKind.Text => new(datastream, ticks, AddText(body, field.Text, into), Kind: ReadingKind.Text),
                _ => new(datastream, ticks, field.Number, Unit: UnitRegistry.None),
            });
        }
    }

    private bool IsSaidAgain(ReadOnlySpan<byte> body, int index)
    {
        var key = point.Fields[index].Key;
        foreach (ref readonly var later in point.Fields[(index + 1)..])
        {
            if (later.Key.Length == key.Length && later.Key.In(body).SequenceEqual(key.In(body)))
                return true;
        }
        return false;
    }

    private double AddText(ReadOnlySpan<byte> body, LineToken token, ReadingBatch into)
    {
        var raw = token.In(body);
        if (!token.HasBackslash)
            return into.AddText(raw);
        if (text.Length < raw.Length)
            text = new byte[SenMlLimits.Text];
        return into.AddText(text.AsSpan(0, LineText.UnescapeText(raw, text)));
    }

    private void BeginName(ReadOnlySpan<byte> body)
    {
        (nameLength, nameHash, nameIsPlain) = (0, FnvOffset, true);
        Append(body, point.Measurement, isMeasurement: true);
        // A name begins with a letter or digit.
        if (!char.IsAsciiLetterOrDigit((char)name[0]))
            nameIsPlain = false;
        SortTags(body);
        foreach (ref readonly var tag in point.Tags)
        {
            Separate((byte)'/');
            Append(body, tag.Key, isMeasurement: false);
            Separate((byte)':');
            Append(body, tag.Value, isMeasurement: false);
        }
    }

    // Few, and sorted already by most senders.
    private void SortTags(ReadOnlySpan<byte> body)
    {
        var tags = point.Tags;
        for (int i = 1; i < tags.Length; i++)
        {
            for (int j = i; j > 0 && tags[j].Key.In(body).SequenceCompareTo(tags[j - 1].Key.In(body)) < 0; j--)
                (tags[j], tags[j - 1]) = (tags[j - 1], tags[j]);
        }
    }

    private void Separate(byte sign)
    {
        EnsureName(1);
        name[nameLength++] = sign;
        // No byte of UTF-8, so that a separator is never taken for a sign of a name.
        nameHash = (nameHash ^ (sign == '/' ? 0xFFu : 0xFEu)) * FnvPrime;
    }

    private void Append(ReadOnlySpan<byte> body, LineToken token, bool isMeasurement)
    {
        var raw = token.In(body);
        EnsureName(raw.Length);
        var into = name.AsSpan(nameLength, raw.Length);
        int length = raw.Length;
        if (token.HasBackslash)
            length = LineText.UnescapeName(raw, isMeasurement, into);
        else
            raw.CopyTo(into);
        into = into[..length];
        foreach (byte sign in into)
            nameHash = (nameHash ^ sign) * FnvPrime;
        if (into.ContainsAnyExcept(Signs) || into.Contains((byte)'/'))
        {
            nameIsPlain = false;
            foreach (ref byte sign in into)
            {
                if (!Signs.Contains(sign) || sign == '/')
                    sign = (byte)'_';
            }
        }
        nameLength += length;
    }

    // A name that could not be said as it is, or is too long, ends in a hash of what it was: two of them are two datastreams.
    private ReadOnlySpan<byte> EndName()
    {
        if (nameIsPlain && nameLength <= SenMlLimits.Name)
            return name.AsSpan(0, nameLength);
        int length = 0;
        if (!char.IsAsciiLetterOrDigit((char)name[0]))
            ending[length++] = (byte)'0';
        int kept = Math.Min(nameLength, SenMlLimits.Name - HashLength - length);
        name.AsSpan(0, kept).CopyTo(ending.AsSpan(length));
        length += kept;
        ending[length++] = (byte)':';
        nameHash.TryFormat(ending.AsSpan(length), out int written, "x8", CultureInfo.InvariantCulture);
        return ending.AsSpan(0, length + written);
    }

    private void EnsureName(int more)
    {
        if (nameLength + more > name.Length)
            Array.Resize(ref name, Math.Max(name.Length * 2, nameLength + more));
    }
}
