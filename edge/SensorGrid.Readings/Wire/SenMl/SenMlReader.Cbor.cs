using System.Buffers.Text;
using System.Text.Unicode;

namespace SensorGrid.Readings.Wire.SenMl;

// The CBOR form (RFC 8428 §6, RFC 8949): an array of maps with small integers for labels. Definite and indefinite lengths are taken alike. Text keys are
// extensions, also when they are the labels of JSON: who sends those by mistake learns of it by "no_value".
public sealed partial class SenMlReader
{
    private const ulong DecimalFraction = 4;

    private SenMlError ReadCbor(ReadOnlySpan<byte> payload, out int position)
    {
        var scanner = new CborScanner(payload);
        var error = ReadPack(ref scanner);
        position = scanner.At;
        return error;
    }

    private SenMlError ReadPack(ref CborScanner scanner)
    {
        if (!scanner.TryTakeHead(out _, out int info, out ulong length))
            return SenMlError.Cbor;
        for (ulong number = 0; info == CborScanner.Indefinite ? !scanner.TryTakeBreak() : number < length; number++)
        {
            if (number == SenMlLimits.Records)
                return SenMlError.TooManyRecords;
            var error = ReadRecord(ref scanner, number == 0);
            if (error != SenMlError.None)
                return error;
        }
        return scanner.AtEnd ? SenMlError.None : SenMlError.Cbor;
    }

    private SenMlError ReadRecord(ref CborScanner scanner, bool first)
    {
        int start = scanner.At;
        if (scanner.Here != CborType.Map)
            return WrongType(ref scanner, SenMlLimits.Depth - 1);
        if (!scanner.TryTakeHead(out _, out int info, out ulong length))
            return SenMlError.Cbor;
        var fields = default(SenMlFields);
        for (ulong number = 0; info == CborScanner.Indefinite ? !scanner.TryTakeBreak() : number < length; number++)
        {
            if (number == SenMlLimits.Fields)
                return SenMlError.TooManyFields;
            var error = ReadField(ref scanner, ref fields);
            if (error != SenMlError.None)
                return error;
        }
        var unresolved = Resolve(fields, first);
        if (unresolved != SenMlError.None)
            scanner.At = start;
        return unresolved;
    }

    private SenMlError ReadField(ref CborScanner scanner, ref SenMlFields fields)
    {
        int start = scanner.At;
        var error = ReadLabel(ref scanner, ref fields, out var label);
        if (error == SenMlError.None && label != SenMlLabels.Extension && (fields.Seen & label) != 0)
            error = SenMlError.DuplicateKey;
        if (error == SenMlError.None)
        {
            fields.Seen |= label;
            start = scanner.At;
            error = ReadValue(ref scanner, label, ref fields);
        }
        if (error is not (SenMlError.None or SenMlError.Cbor))
            scanner.At = start;
        return error;
    }

    private SenMlError ReadLabel(ref CborScanner scanner, ref SenMlFields fields, out SenMlLabels label)
    {
        label = SenMlLabels.Extension;
        int start = scanner.At;
        switch (scanner.Here)
        {
            case CborType.Unsigned or CborType.Negative:
                if (!scanner.TryTakeHead(out var type, out _, out ulong argument))
                    return SenMlError.Cbor;
                label = LabelOf(type, argument);
                // 0xFF is in no text, so a number is never the same label as a text.
                return label == SenMlLabels.Extension ? TakeExtension([0xFF, .. scanner.From(start)], ref fields) : SenMlError.None;
            case CborType.Text:
                var error = ReadString(ref scanner, CborType.Text, SenMlLimits.Payload, SenMlError.Cbor, out var key);
                return error == SenMlError.None ? TakeExtension(key, ref fields) : error;
            default:
                return WrongType(ref scanner, SenMlLimits.Depth - 2);
        }
    }

    // RFC 8428 table 4.
    private static SenMlLabels LabelOf(CborType type, ulong argument) => type == CborType.Unsigned
        ? argument switch
        {
            0 => SenMlLabels.Name,
            1 => SenMlLabels.Unit,
            2 => SenMlLabels.Value,
            3 => SenMlLabels.TextValue,
            4 => SenMlLabels.BooleanValue,
            5 => SenMlLabels.Sum,
            6 => SenMlLabels.Time,
            7 => SenMlLabels.UpdateTime,
            8 => SenMlLabels.DataValue,
            _ => SenMlLabels.Extension,
        }
        : argument switch
        {
            0 => SenMlLabels.BaseVersion,
            1 => SenMlLabels.BaseName,
            2 => SenMlLabels.BaseTime,
            3 => SenMlLabels.BaseUnit,
            4 => SenMlLabels.BaseValue,
            5 => SenMlLabels.BaseSum,
            _ => SenMlLabels.Extension,
        };

    private SenMlError ReadValue(ref CborScanner scanner, SenMlLabels label, ref SenMlFields fields)
    {
        if ((label & SenMlLabels.Numbers) != 0)
            return ReadNumber(ref scanner, label, ref fields);
        if (label == SenMlLabels.DataValue)
            return ReadData(ref scanner, ref fields);
        if ((label & SenMlLabels.Texts) != 0)
        {
            var (longest, tooLong) = label switch
            {
                SenMlLabels.Name or SenMlLabels.BaseName => (SenMlLimits.Name, SenMlError.NameTooLong),
                SenMlLabels.Unit or SenMlLabels.BaseUnit => (SenMlLimits.Unit, SenMlError.StringTooLong),
                _ => (SenMlLimits.Text, SenMlError.StringTooLong),
            };
            var error = ReadString(ref scanner, CborType.Text, longest, tooLong, out var text);
            return error == SenMlError.None ? TakeText(label, text, ref fields) : error;
        }
        if (label == SenMlLabels.BooleanValue)
        {
            const int False = 20, True = 21;
            int start = scanner.At;
            if (!scanner.TryTakeHead(out var type, out int info, out _))
                return SenMlError.Cbor;
            fields.Boolean = info == True;
            if (type == CborType.Other && info is False or True)
                return SenMlError.None;
            scanner.At = start;
            return WrongType(ref scanner, SenMlLimits.Depth - 2);
        }
        return scanner.Skip(SenMlLimits.Depth - 2);
    }

    private SenMlError ReadNumber(ref CborScanner scanner, SenMlLabels label, ref SenMlFields fields)
    {
        int start = scanner.At;
        if (!scanner.TryTakeHead(out var type, out int info, out ulong argument))
            return SenMlError.Cbor;
        JsonNumber number;
        switch (type)
        {
            case CborType.Unsigned or CborType.Negative:
                if (!TryToWhole(type, argument, out number))
                    return SenMlError.NumberRange;
                return TakeDecimal(label, number, ref fields);
            case CborType.Other when info is 25 or 26 or 27 && label != SenMlLabels.BaseVersion:
                double value = info switch
                {
                    25 => (double)BitConverter.UInt16BitsToHalf((ushort)argument),
                    26 => BitConverter.UInt32BitsToSingle((uint)argument),
                    _ => BitConverter.UInt64BitsToDouble(argument),
                };
                return TakeDouble(label, value, ref fields);
            case CborType.Tag when argument == DecimalFraction && label != SenMlLabels.BaseVersion:
                var error = ReadDecimalFraction(ref scanner, out number);
                return error == SenMlError.None ? TakeDecimal(label, number, ref fields) : error;
            default:
                scanner.At = start;
                return WrongType(ref scanner, SenMlLimits.Depth - 2);
        }
    }

    private static bool TryToWhole(CborType type, ulong argument, out JsonNumber number)
    {
        // A negative one is -1 - argument.
        number = new() { Integer = true, Digits = type == CborType.Negative ? argument + 1 : argument, Negative = type == CborType.Negative };
        return type != CborType.Negative || argument != ulong.MaxValue;
    }

    // RFC 8949 §3.4.4: [exponent, mantissa].
    private static SenMlError ReadDecimalFraction(ref CborScanner scanner, out JsonNumber number)
    {
        const int LargestExponent = 400;
        number = default;
        int start = scanner.At;
        if (!scanner.TryTakeHead(out var array, out int info, out ulong length))
            return SenMlError.Cbor;
        if (array != CborType.Array || info == CborScanner.Indefinite || length != 2 || scanner.Here > CborType.Negative)
        {
            scanner.At = start;
            return WrongType(ref scanner, SenMlLimits.Depth - 2);
        }
        if (!scanner.TryTakeHead(out var exponentType, out _, out ulong exponent))
            return SenMlError.Cbor;
        if (scanner.Here > CborType.Negative)
        {
            // A bignum, or nothing that could be a mantissa.
            var error = scanner.Skip(1);
            return error == SenMlError.None ? SenMlError.NumberRange : error;
        }
        if (!scanner.TryTakeHead(out var type, out _, out ulong mantissa))
            return SenMlError.Cbor;
        if (exponent > LargestExponent || !TryToWhole(type, mantissa, out number))
            return SenMlError.NumberRange;
        number.Exponent = exponentType == CborType.Negative ? -1 - (int)exponent : (int)exponent;
        return SenMlError.None;
    }

    private SenMlError TakeDecimal(SenMlLabels label, in JsonNumber number, ref SenMlFields fields)
    {
        // The text is for numbers beyond what one exact operation gives.
        const ulong ExactBelow = 1UL << 53;
        if (number.Exponent == 0 && number.Digits < ExactBelow)
            return TakeNumber(label, number, default, ref fields);
        Span<byte> text = stackalloc byte[32];
        int length = 0;
        if (number.Negative)
            text[length++] = (byte)'-';
        number.Digits.TryFormat(text[length..], out int written, default, System.Globalization.CultureInfo.InvariantCulture);
        length += written;
        text[length++] = (byte)'e';
        number.Exponent.TryFormat(text[length..], out written, default, System.Globalization.CultureInfo.InvariantCulture);
        return TakeNumber(label, number, text[..(length + written)], ref fields);
    }

    private SenMlError TakeDouble(SenMlLabels label, double value, ref SenMlFields fields)
    {
        if (!double.IsFinite(value))
            return SenMlError.NumberRange;
        if (label is SenMlLabels.Time or SenMlLabels.BaseTime)
        {
            if (!TryToTicks(value, out long ticks))
                return SenMlError.NumberRange;
            if (label == SenMlLabels.Time)
                fields.Ticks = ticks;
            else
                baseTicks = ticks;
            return SenMlError.None;
        }
        SetNumber(label, value, ref fields);
        return SenMlError.None;
    }

    /// <summary>Seconds in a double as ticks.</summary>
    /// <returns>False when it is <see cref="SenMlLimits.TimeSeconds"/> away or more, or not finite.</returns>
    internal static bool TryToTicks(double seconds, out long ticks)
    {
        ticks = 0;
        if (!(Math.Abs(seconds) < SenMlLimits.TimeSeconds))
            return false;
        // A double of today's time holds microseconds and no more; a short one holds ticks.
        const double TicksBelow = 9e8;
        ticks = Math.Abs(seconds) < TicksBelow ? (long)Math.Round(seconds * TimeSpan.TicksPerSecond, MidpointRounding.AwayFromZero)
            : (long)Math.Round(seconds * 1e6, MidpointRounding.AwayFromZero) * TimeSpan.TicksPerMicrosecond;
        return true;
    }

    // A string in one piece stays where it is; chunks are joined among the texts.
    private SenMlError ReadString(scoped ref CborScanner scanner, CborType wanted, int longest, SenMlError tooLong, out ReadOnlySpan<byte> contents)
    {
        contents = default;
        if (scanner.Here != wanted)
            return WrongType(ref scanner, SenMlLimits.Depth - 2);
        if (!scanner.TryTakeHead(out _, out int info, out ulong length))
            return SenMlError.Cbor;
        if (info != CborScanner.Indefinite)
        {
            if (!scanner.TryTakeContents(length, out contents) || (wanted == CborType.Text && !Utf8.IsValid(contents)))
                return SenMlError.Cbor;
            return contents.Length > longest ? tooLong : SenMlError.None;
        }
        int start = textsLength;
        while (!scanner.TryTakeBreak())
        {
            if (!scanner.TryTakeHead(out var chunk, out int chunkInfo, out ulong chunkLength) || chunk != wanted || chunkInfo == CborScanner.Indefinite ||
                !scanner.TryTakeContents(chunkLength, out var piece) || (wanted == CborType.Text && !Utf8.IsValid(piece)))
                return SenMlError.Cbor;
            AddText(piece);
        }
        contents = texts.AsSpan(start, textsLength - start);
        return contents.Length > longest ? tooLong : SenMlError.None;
    }

    private SenMlError ReadData(ref CborScanner scanner, ref SenMlFields fields)
    {
        var error = ReadString(ref scanner, CborType.Bytes, SenMlLimits.Data, SenMlError.DataTooLong, out var data);
        if (error != SenMlError.None)
            return error;
        int length = Base64Url.GetEncodedLength(data.Length);
        EnsureTexts(length);
        (fields.TextStart, fields.TextLength) = (textsLength, length);
        Base64Url.EncodeToUtf8(data, texts.AsSpan(textsLength, length));
        textsLength += length;
        return SenMlError.None;
    }

    private static SenMlError WrongType(ref CborScanner scanner, int depth)
    {
        int start = scanner.At;
        var error = scanner.Skip(depth);
        if (error != SenMlError.None)
            return error;
        scanner.At = start;
        return SenMlError.Type;
    }
}
