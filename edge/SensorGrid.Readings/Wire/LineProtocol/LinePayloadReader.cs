using System.Globalization;
using System.Text.Unicode;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Readings.Wire.LineProtocol;

/// <summary>Bodies of line protocol to readings, as Telegraf and its like publish them over MQTT: each field is a datastream, named
/// <c>measurement/key:value/…/field</c> with the tags sorted by key. All or nothing.</summary>
/// <param name="triesPlain">Whether <see cref="PlainLines"/> is asked first; tests compare it with the long way.</param>
internal sealed class LinePayloadReader(bool triesPlain = true) : IPayloadReader
{
    private const int HashLength = 9;
    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;

    private readonly LinePoint point = new();
    private readonly byte[] ending = new byte[SenMlLimits.Name];
    private byte[] name = new byte[1024];
    private byte[] text = new byte[256];
    private int nameLength;
    private bool nameIsPlain;

    /// <inheritdoc/>
    public PayloadOutcome Read(ReadOnlySpan<byte> payload, long receivedAtTicks, GatewayDatastreams gateway, ReadingBatch into)
    {
        if (payload.Length > SenMlLimits.Payload)
            return new(PayloadReason.PayloadTooLarge, SenMlLimits.Payload, default);
        long arrival = receivedAtTicks - receivedAtTicks % TimeSpan.TicksPerMicrosecond;
        if (triesPlain && PlainLines.TryRead(payload, arrival, gateway, into))
            return new(PayloadReason.None, 0, new PayloadCounters { Records = into.Count, Readings = into.Count });
        if (!Utf8.IsValid(payload))
            return new(PayloadReason.LineProtocol, 0, default);
        if (TryReadKnown(payload, arrival, gateway, into, out var outcome))
            return outcome;
        into.Clear();
        return ReadAny(payload, arrival, gateway, into);
    }

    // Once through, as long as every name is known: nearly always. Whatever else there is, and every error, is for the other way, from the first byte.
    private bool TryReadKnown(ReadOnlySpan<byte> payload, long arrival, GatewayDatastreams gateway, ReadingBatch into, out PayloadOutcome outcome)
    {
        outcome = default;
        var counters = default(PayloadCounters);
        var lines = new LineScanner(payload, 1);
        bool isBroken;
        while (lines.TryNext(point, out isBroken))
        {
            if (!TryAddPoint(payload, arrival, gateway, into, ref counters, onlyKnown: true))
                return false;
        }
        counters.Readings = into.Count;
        outcome = new(PayloadReason.None, 0, counters);
        return !isBroken;
    }

    private PayloadOutcome ReadAny(ReadOnlySpan<byte> payload, long arrival, GatewayDatastreams gateway, ReadingBatch into)
    {
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
        var counters = default(PayloadCounters);
        var lines = new LineScanner(payload, 1);
        while (lines.TryNext(point, out _))
            TryAddPoint(payload, arrival, gateway, into, ref counters, onlyKnown: false);
        counters.Readings = into.Count;
        return new(PayloadReason.None, 0, counters);
    }

    // False when a text is too long, or a name is not known and only known ones are asked for.
    private bool TryAddPoint(
        ReadOnlySpan<byte> body, long arrival, GatewayDatastreams gateway, ReadingBatch into, ref PayloadCounters counters, bool onlyKnown)
    {
        long ticks = arrival;
        if (point.Nanoseconds is { } nanoseconds)
            ticks = DateTime.UnixEpoch.Ticks + SenMlTimes.ToMicroseconds(nanoseconds / TimeSpan.NanosecondsPerTick);
        BeginName(body);
        var (seriesLength, seriesIsPlain) = (nameLength, nameIsPlain);
        for (int i = 0; i < point.FieldCount; i++)
        {
            ref readonly var field = ref point.Fields[i];
            counters.Records++;
            if (field.Text.Length > SenMlLimits.Text)
                return false;
            // Of a key that occurs twice the last one counts.
            if (IsSaidAgain(body, i))
                continue;
            (nameLength, nameIsPlain) = (seriesLength, seriesIsPlain);
            if (!TryFind(body, field.Key, gateway, out var datastream))
            {
                if (onlyKnown)
                    return false;
                if (!gateway.TryResolve(EndName(body, field.Key), out datastream))
                {
                    counters.DatastreamLimit++;
                    continue;
                }
            }
            into.Add(field.Kind switch
            {
                LineValueKind.Boolean => new(datastream, ticks, field.Bits, Kind: ReadingKind.Boolean),
                LineValueKind.Text => new(datastream, ticks, AddText(body, field.Text, into), Kind: ReadingKind.Text),
                _ => new(datastream, ticks, field.Number, Unit: UnitRegistry.None),
            });
        }
        return true;
    }

    // The name of a field that is known; when it is not, the whole of it has been begun.
    private bool TryFind(ReadOnlySpan<byte> body, LineToken key, GatewayDatastreams gateway, out DatastreamIndex datastream)
    {
        var raw = key.In(body);
        if (nameIsPlain && !raw.ContainsAnyExcept(LineText.PlainSigns) && gateway.TryFollow(name.AsSpan(0, nameLength), "/"u8, raw, out datastream))
            return true;
        Separate((byte)'/');
        Append(body, key, isMeasurement: false);
        return gateway.TryFollow(default, default, EndName(body, key), out datastream);
    }

    private bool IsSaidAgain(ReadOnlySpan<byte> body, int index)
    {
        var fields = point.Fields;
        var key = fields[index].Key;
        var later = fields[(index + 1)..];
        if (later.IsEmpty)
            return false;
        byte end = body[key.Start + key.Length - 1];
        foreach (ref readonly var other in later)
        {
            // Keys of one line are often of one length and differ in their last sign.
            if (other.Key.Length == key.Length && body[other.Key.Start + key.Length - 1] == end && other.Key.In(body).SequenceEqual(key.In(body)))
                return true;
        }
        return false;
    }

    private double AddText(ReadOnlySpan<byte> body, LineToken token, ReadingBatch into)
    {
        var raw = token.In(body);
        if (!token.HasBackslash)
            return into.AddText(raw);
        EnsureText(raw.Length);
        return into.AddText(text.AsSpan(0, LineText.UnescapeText(raw, text)));
    }

    private void BeginName(ReadOnlySpan<byte> body)
    {
        (nameLength, nameIsPlain) = (0, true);
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
        if (into.ContainsAnyExcept(LineText.PlainSigns))
        {
            nameIsPlain = false;
            foreach (ref byte sign in into)
            {
                if (!LineText.PlainSigns.Contains(sign))
                    sign = (byte)'_';
            }
        }
        nameLength += length;
    }

    // A name that could not be said as it is, or is too long, ends in a hash of what it was: two of them are two datastreams.
    private ReadOnlySpan<byte> EndName(ReadOnlySpan<byte> body, LineToken field)
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
        HashOf(body, field).TryFormat(ending.AsSpan(length), out int written, "x8", CultureInfo.InvariantCulture);
        return ending.AsSpan(0, length + written);
    }

    // Of all that the name was made of. What separates is no byte of UTF-8, so that it is never taken for a sign of a name.
    private uint HashOf(ReadOnlySpan<byte> body, LineToken field)
    {
        const uint Slash = 0xFF, Colon = 0xFE;
        uint hash = Hash(body, point.Measurement, isMeasurement: true, FnvOffset);
        foreach (ref readonly var tag in point.Tags)
        {
            hash = Hash(body, tag.Key, isMeasurement: false, (hash ^ Slash) * FnvPrime);
            hash = Hash(body, tag.Value, isMeasurement: false, (hash ^ Colon) * FnvPrime);
        }
        return Hash(body, field, isMeasurement: false, (hash ^ Slash) * FnvPrime);
    }

    private uint Hash(ReadOnlySpan<byte> body, LineToken token, bool isMeasurement, uint hash)
    {
        var signs = token.In(body);
        if (token.HasBackslash)
        {
            EnsureText(signs.Length);
            signs = text.AsSpan(0, LineText.UnescapeName(signs, isMeasurement, text));
        }
        foreach (byte sign in signs)
            hash = (hash ^ sign) * FnvPrime;
        return hash;
    }

    private void EnsureText(int length)
    {
        if (text.Length < length)
            text = new byte[Math.Max(length, SenMlLimits.Text)];
    }

    private void EnsureName(int more)
    {
        if (nameLength + more > name.Length)
            Array.Resize(ref name, Math.Max(name.Length * 2, nameLength + more));
    }
}
