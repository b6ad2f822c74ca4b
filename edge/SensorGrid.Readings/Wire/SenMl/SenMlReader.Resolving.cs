
namespace SensorGrid.Readings.Wire.SenMl;

// What a record means once all of it is read (RFC 8428 §4): nothing here looks at the encoding.
public sealed partial class SenMlReader
{
    private SenMlError Resolve(in SenMlFields fields, bool first)
    {
        var seen = fields.Seen;
        bool statesVersion = (seen & SenMlLabels.BaseVersion) != 0;
        if (first)
            Version = statesVersion ? fields.Version : 10;
        else if (statesVersion && fields.Version != Version)
            return SenMlError.VersionChange;

        var values = seen & SenMlLabels.Values;
        if ((values & (values - 1)) != 0)
            return SenMlError.MultipleValues;
        // RFC 8428 §5.1.5 prints a record that only sets the base: it gives no reading.
        if ((seen & ~SenMlLabels.Extension) != 0 && (seen & ~SenMlLabels.Bases) == 0)
            return SenMlError.None;
        bool hasSum = hasBaseSum || (seen & SenMlLabels.Sum) != 0;
        var kind = values switch
        {
            SenMlLabels.Value => SenMlValueKind.Number,
            SenMlLabels.BooleanValue => SenMlValueKind.Boolean,
            SenMlLabels.TextValue => SenMlValueKind.Text,
            SenMlLabels.DataValue => SenMlValueKind.Data,
            _ => (seen & SenMlLabels.BaseValue) != 0 ? SenMlValueKind.Number : SenMlValueKind.None,
        };
        if (kind == SenMlValueKind.None && !hasSum)
            return SenMlError.NoValue;

        if (count == records.Length)
            Array.Resize(ref records, count * 2);
        ref var record = ref records[count];
        record = default;
        var error = ResolveName(fields, ref record);
        if (error == SenMlError.None)
            error = ResolveTime(fields, ref record);
        if (error != SenMlError.None)
            return error;

        var unit = (seen & SenMlLabels.Unit) != 0 ? fields.Unit : baseUnit;
        (record.Unit, record.UnitStart, record.UnitLength) = (unit.Id, unit.Start, unit.Length);
        record.Kind = kind;
        record.Number = kind == SenMlValueKind.Number ? baseValue + fields.Value : fields.Boolean ? 1 : 0;
        (record.TextStart, record.TextLength) = (fields.TextStart, fields.TextLength);
        if (hasSum)
        {
            record.Sum = baseSum + fields.Sum;
            record.Bits |= SenMlRecord.HasSumBit;
        }
        if ((seen & SenMlLabels.UpdateTime) != 0)
        {
            record.UpdateTime = fields.UpdateTime;
            record.Bits |= SenMlRecord.HasUpdateTimeBit;
        }
        if (!double.IsFinite(record.Number) || !double.IsFinite(record.Sum))
            return SenMlError.NumberRange;
        count++;
        return SenMlError.None;
    }

    private SenMlError ResolveName(in SenMlFields fields, ref SenMlRecord record)
    {
        int length = baseNameLength + fields.Name.Length;
        if (length == 0)
            return SenMlError.EmptyName;
        if (length > SenMlLimits.Name)
            return SenMlError.NameTooLong;
        if (fields.Name.IsEmpty)
        {
            record.NameStart = baseNameStart;
        }
        else
        {
            EnsureTexts(length);
            record.NameStart = textsLength;
            texts.AsSpan(baseNameStart, baseNameLength).CopyTo(texts.AsSpan(textsLength));
            fields.Name.CopyTo(texts.AsSpan(textsLength + baseNameLength));
            textsLength += length;
        }
        record.NameLength = (ushort)length;
        bool bad = baseNameBad || fields.NameBad || !char.IsAsciiLetterOrDigit((char)texts[record.NameStart]);
        return bad ? SenMlError.BadName : SenMlError.None;
    }

    private SenMlError ResolveTime(in SenMlFields fields, ref SenMlRecord record)
    {
        // Each part is at most 10^18 ticks, so the sum cannot overflow. RFC 8428 §4.5.3: the sum decides, not the parts.
        const long RelativeBelow = (1L << 28) * TimeSpan.TicksPerSecond;
        long ticks = SenMlTimes.ToMicroseconds(baseTicks + fields.Ticks);
        if (ticks < RelativeBelow)
        {
            ticks += nowTicks;
            record.Bits |= SenMlRecord.RelativeTimeBit;
        }
        else
        {
            ticks += DateTime.UnixEpoch.Ticks;
        }
        record.ObservedAtTicks = ticks;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? SenMlError.NumberRange : SenMlError.None;
    }
}
