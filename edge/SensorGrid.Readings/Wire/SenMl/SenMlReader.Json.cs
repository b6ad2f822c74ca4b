using System.Text.Unicode;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Wire.SenMl;

// The JSON form. Grammar: pack = "[" [ record *( "," record ) ] "]"; record = "{" [ label ":" value *( "," label ":" value ) ] "}".
public sealed partial class SenMlReader
{
    private SenMlError ReadJson(ReadOnlySpan<byte> payload, out int position)
    {
        position = 0;
        if (!Utf8.IsValid(payload))
            return SenMlError.Json;
        var scanner = new JsonScanner(payload);
        var error = ReadPack(ref scanner);
        position = scanner.At;
        return error;
    }

    private SenMlError ReadPack(ref JsonScanner scanner)
    {
        scanner.SkipBlanks();
        if (!scanner.TryTake((byte)'['))
            return NotAnArray(ref scanner);
        scanner.SkipBlanks();
        if (!scanner.TryTake((byte)']'))
        {
            for (int number = 0; ; number++)
            {
                if (number == SenMlLimits.Records)
                    return SenMlError.TooManyRecords;
                var error = ReadRecord(ref scanner, number == 0);
                if (error != SenMlError.None)
                    return error;
                scanner.SkipBlanks();
                if (scanner.TryTake((byte)']'))
                    break;
                if (!scanner.TryTake((byte)','))
                    return SenMlError.Json;
                scanner.SkipBlanks();
            }
        }
        scanner.SkipBlanks();
        return scanner.AtEnd ? SenMlError.None : SenMlError.Json;
    }

    private static SenMlError NotAnArray(ref JsonScanner scanner)
    {
        if (scanner.Here == '{')
            return SenMlError.NotArray;
        var error = scanner.SkipValue(SenMlLimits.Depth);
        scanner.SkipBlanks();
        return error == SenMlError.None && scanner.AtEnd ? SenMlError.NotArray : SenMlError.Json;
    }

    private SenMlError ReadRecord(ref JsonScanner scanner, bool first)
    {
        int start = scanner.At;
        if (!scanner.TryTake((byte)'{'))
            return WrongType(ref scanner, SenMlLimits.Depth - 1);
        var fields = default(SenMlFields);
        scanner.SkipBlanks();
        if (!scanner.TryTake((byte)'}'))
        {
            for (int number = 0; ; number++)
            {
                if (number == SenMlLimits.Fields)
                    return SenMlError.TooManyFields;
                var error = ReadField(ref scanner, ref fields);
                if (error != SenMlError.None)
                    return error;
                scanner.SkipBlanks();
                if (scanner.TryTake((byte)'}'))
                    break;
                if (!scanner.TryTake((byte)','))
                    return SenMlError.Json;
                scanner.SkipBlanks();
            }
        }
        var unresolved = Resolve(fields, first);
        if (unresolved != SenMlError.None)
            scanner.At = start;
        return unresolved;
    }

    private SenMlError ReadField(ref JsonScanner scanner, ref SenMlFields fields)
    {
        int start = scanner.At;
        var label = scanner.TakeShortLabel();
        var error = label == SenMlLabels.None ? ReadLabel(ref scanner, ref fields, out label) : SenMlError.None;
        if (error == SenMlError.None && label != SenMlLabels.Extension && (fields.Seen & label) != 0)
            error = SenMlError.DuplicateKey;
        if (error != SenMlError.None)
        {
            if (error != SenMlError.Json)
                scanner.At = start;
            return error;
        }
        fields.Seen |= label;
        scanner.SkipBlanks();
        start = scanner.At;
        error = ReadValue(ref scanner, label, ref fields);
        if (error is not (SenMlError.None or SenMlError.Json))
            scanner.At = start;
        return error;
    }

    // Any label: longer, escaped, unknown, or with blanks before its colon.
    private SenMlError ReadLabel(ref JsonScanner scanner, ref SenMlFields fields, out SenMlLabels label)
    {
        label = SenMlLabels.None;
        if (!scanner.TryReadString(out var key, out bool escaped))
            return SenMlError.Json;
        if (escaped && !TryUnescape(ref key))
            return SenMlError.Json;
        label = SenMlLabelNames.Find(key);
        var error = label == SenMlLabels.Extension ? TakeExtension(key, ref fields)
            : (fields.Seen & label) != 0 ? SenMlError.DuplicateKey : SenMlError.None;
        if (error != SenMlError.None)
            return error;
        scanner.SkipBlanks();
        return scanner.TryTake((byte)':') ? SenMlError.None : SenMlError.Json;
    }

    private SenMlError ReadValue(ref JsonScanner scanner, SenMlLabels label, ref SenMlFields fields)
    {
        byte here = scanner.Here;
        if ((label & SenMlLabels.Numbers) != 0)
        {
            if (here != '-' && (uint)(here - '0') > 9)
                return WrongType(ref scanner, SenMlLimits.Depth - 2);
            int start = scanner.At;
            if (!scanner.TryReadNumber(out var number))
                return SenMlError.Json;
            return TakeNumber(label, number, scanner.Slice(start, scanner.At - start), ref fields);
        }
        if (label == SenMlLabels.Name && scanner.TryReadName(out var name))
        {
            fields.Name = name;
            return name.Length > SenMlLimits.Name ? SenMlError.NameTooLong : SenMlError.None;
        }
        if ((label & SenMlLabels.Texts) != 0)
        {
            if (here != '"')
                return WrongType(ref scanner, SenMlLimits.Depth - 2);
            if (!scanner.TryReadString(out var text, out bool escaped))
                return SenMlError.Json;
            if (escaped && !TryUnescape(ref text))
                return SenMlError.Json;
            return TakeText(label, text, ref fields);
        }
        if (label == SenMlLabels.BooleanValue)
        {
            fields.Boolean = here == 't';
            return here is (byte)'t' or (byte)'f'
                ? scanner.TryTakeWord(here == 't' ? "true"u8 : "false"u8) ? SenMlError.None : SenMlError.Json
                : WrongType(ref scanner, SenMlLimits.Depth - 2);
        }
        return scanner.SkipValue(SenMlLimits.Depth - 2);
    }

    private SenMlError TakeNumber(SenMlLabels label, in JsonNumber number, scoped ReadOnlySpan<byte> text, ref SenMlFields fields)
    {
        if (label == SenMlLabels.BaseVersion)
        {
            if (!number.Integer || number.Negative)
                return SenMlError.Type;
            // Above 10 the version is a set of features; ours are 0b01010 (RFC 8428) and 0b10000 (secondary units).
            if (number.Dropped || (number.Digits > 10 && (number.Digits & ~26UL) != 0))
                return SenMlError.UnsupportedVersion;
            fields.Version = (int)number.Digits;
            return SenMlError.None;
        }
        if (label == SenMlLabels.Time)
            return number.TryToTicks(out fields.Ticks) ? SenMlError.None : SenMlError.NumberRange;
        if (label == SenMlLabels.BaseTime)
            return number.TryToTicks(out baseTicks) ? SenMlError.None : SenMlError.NumberRange;
        if (!number.TryToDouble(text, out double value))
            return SenMlError.NumberRange;
        SetNumber(label, value, ref fields);
        return SenMlError.None;
    }

    private void SetNumber(SenMlLabels label, double value, ref SenMlFields fields)
    {
        switch (label)
        {
            case SenMlLabels.Value:
                fields.Value = value;
                break;
            case SenMlLabels.Sum:
                fields.Sum = value;
                break;
            case SenMlLabels.UpdateTime:
                fields.UpdateTime = value;
                break;
            case SenMlLabels.BaseValue:
                baseValue = value;
                break;
            default:
                baseSum = value;
                hasBaseSum = true;
                break;
        }
    }

    private SenMlError TakeText(SenMlLabels label, ReadOnlySpan<byte> text, ref SenMlFields fields)
    {
        switch (label)
        {
            case SenMlLabels.Name:
                fields.Name = text;
                fields.NameBad = text.ContainsAnyExcept(SenMlNames.Signs);
                return text.Length > SenMlLimits.Name ? SenMlError.NameTooLong : SenMlError.None;
            case SenMlLabels.BaseName:
                if (text.Length > SenMlLimits.Name)
                    return SenMlError.NameTooLong;
                (baseNameStart, baseNameLength) = (AddText(text), text.Length);
                baseNameBad = text.ContainsAnyExcept(SenMlNames.Signs);
                return SenMlError.None;
            case SenMlLabels.Unit or SenMlLabels.BaseUnit:
                if (text.Length > SenMlLimits.Unit)
                    return SenMlError.StringTooLong;
                byte id = UnitRegistry.IdOf(text);
                var unit = new UnitText(id, id == UnitRegistry.Unknown ? AddText(text) : 0, (byte)text.Length);
                if (label == SenMlLabels.Unit)
                    fields.Unit = unit;
                else
                    baseUnit = unit;
                return SenMlError.None;
            case SenMlLabels.TextValue:
                if (text.Length > SenMlLimits.Text)
                    return SenMlError.StringTooLong;
                (fields.TextStart, fields.TextLength) = (AddText(text), text.Length);
                return SenMlError.None;
            default:
                var error = Base64Text.Check(text, out int length);
                if (error == SenMlError.None)
                {
                    (fields.TextStart, fields.TextLength) = (AddText(text[..length]), length);
                    Base64Text.ToUrlAlphabet(texts.AsSpan(fields.TextStart, length));
                }
                return error;
        }
    }

    private static SenMlError WrongType(ref JsonScanner scanner, int depth)
    {
        int start = scanner.At;
        var error = scanner.SkipValue(depth);
        if (error != SenMlError.None)
            return error;
        scanner.At = start;
        return SenMlError.Type;
    }

    private bool TryUnescape(ref ReadOnlySpan<byte> text)
    {
        EnsureTexts(text.Length);
        int length = JsonText.Unescape(text, texts.AsSpan(textsLength));
        if (length < 0)
            return false;
        text = texts.AsSpan(textsLength, length);
        textsLength += length;
        return true;
    }
}
