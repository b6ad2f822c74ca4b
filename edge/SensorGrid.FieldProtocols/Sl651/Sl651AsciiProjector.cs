using System.Buffers.Text;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Readings of an ASCII body (6.4, 附录 C): names and values with blanks between.</summary>
/// <remarks>
/// <code>
/// ST 5010123456 H TT 2609090800 Z 6.38 VT 12.50
/// ST 5010123456 H TT 2609090805 DRN05 Z Q 6.38 12.1 6.39 12.3      31H and 38H: names, then values in the order of time
/// DRP 24 hex digits · DRZ1 48 hex digits · ZT 8 hex digits · RGZS text up to the end · M for a value that is missing
/// </code>
/// </remarks>
internal sealed class Sl651AsciiProjector(Sl651Projection readings, Sl651Names names)
{
    private const int MaxSeries = 64;
    private static readonly System.Buffers.SearchValues<byte> HexDigits = System.Buffers.SearchValues.Create("0123456789ABCDEFabcdef"u8);
    private readonly Sl651Element[] series = new Sl651Element[MaxSeries];
    private readonly byte[] slots = new byte[24];
    private Sl651Step step;
    private int seriesCount;
    private int valueCount;

    public void Project(in Sl651FrameView view, FieldFrame into)
    {
        step = default;
        seriesCount = valueCount = 0;
        var function = view.Header.Function;
        bool isSeries = Sl651Functions.Shape(function, Sl651Direction.Up, view.Header.End) == Sl651BodyShape.Series;
        bool isParameters = Sl651Functions.Shape(function, Sl651Direction.Up, view.Header.End) == Sl651BodyShape.Parameters;
        if (!function.IsKnown())
        {
            into.AddProblem(Sl651Problems.UnknownFunction, view.ContentOffset);
            return;
        }
        var words = view.Words;
        while (words.MoveNext())
        {
            int offset = view.ContentOffset + words.Offset;
            var word = words.Current;
            if (word.SequenceEqual("ST"u8))
                Station(ref words, view.ContentOffset, Sl651Functions.HasClass(function), into);
            else if (word.SequenceEqual("TT"u8))
                Time(ref words, offset);
            else if (TryStep(word, out var found))
                (step, seriesCount, valueCount) = (found, 0, 0);
            else if (isSeries && !step.IsNone)
                SeriesWord(word, offset, into);
            else if (!words.MoveNext())
                into.AddProblem(Sl651Problems.UnpairedWord, offset);
            else if (isParameters)
                Parameter(word, words.Current, offset, into);
            else
                Element(word, words.Current, offset, into);
        }
    }

    private void Station(ref Sl651WordWalker words, int contentOffset, bool hasClass, FieldFrame into)
    {
        if (words.MoveNext() && words.Current.Length == Sl651Address.Digits && Sl651Digits.TryHex(words.Current, out ulong address))
            readings.SetStation(new(address));
        else
            into.AddProblem(Sl651Problems.BadAddress, contentOffset + words.Offset);
        if (hasClass)
            words.MoveNext();
    }

    private void Time(ref Sl651WordWalker words, int offset)
    {
        if (words.MoveNext() && Sl651Time.TryReadDigits(words.Current, out long ticks))
            readings.SetTime(ticks);
        else
            readings.SetBadTime(offset);
    }

    // DRDnn, DRHnn, DRNnn: days, hours, minutes.
    private static bool TryStep(ReadOnlySpan<byte> word, out Sl651Step step)
    {
        step = default;
        if (word.Length != 5 || !word.StartsWith("DR"u8) || !Utf8Parser.TryParse(word[3..], out byte count, out int read) || read != 2)
            return false;
        step = word[2] switch
        {
            (byte)'D' => new(count, 0, 0),
            (byte)'H' => new(0, count, 0),
            (byte)'N' => new(0, 0, count),
            _ => new(-1, 0, 0),
        };
        return step.IsValid;
    }

    // Names first; the first value ends them.
    private void SeriesWord(ReadOnlySpan<byte> word, int offset, FieldFrame into)
    {
        bool isMissing = word.SequenceEqual("M"u8);
        if (!isMissing && !TryNumber(word, out _, out _) && valueCount == 0)
        {
            if (ElementOf(word, offset, into) is { } element && seriesCount < MaxSeries)
                series[seriesCount++] = element;
            return;
        }
        if (seriesCount == 0)
        {
            into.AddProblem(Sl651Problems.UnpairedWord, offset);
            return;
        }
        readings.NeedTime(offset);
        var (target, steps) = (series[valueCount % seriesCount], valueCount / seriesCount);
        valueCount++;
        if (isMissing)
            readings.Missing(target.Field, step, steps);
        else if (TryNumber(word, out long digits, out int decimals))
            readings.Number(target, digits, decimals, offset, step, steps);
        else
            readings.Bad(target.Field, Sl651Problems.NotANumber, offset);
    }

    private void Element(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int offset, FieldFrame into)
    {
        if (ElementOf(name, offset, into) is not { } element)
            return;
        if (element.Code == 0xF2)
        {
            readings.Text(element.Field, Sl651Texts.ToUtf8(value), offset);
            return;
        }
        if (element.Code == 0xF3)
        {
            readings.Count(element.Field, value.Length);
            return;
        }
        readings.NeedTime(offset);
        if (value.SequenceEqual("M"u8))
            readings.Missing(element.Field);
        else if (element.Code is >= 0xF4 and <= 0xFC)
            Slots(element, value, offset);
        else if (element.Code == 0xFD)
            readings.Text(element.Field, Sl651Texts.ToUtf8(value), offset);
        else if (element.Code == Sl651Elements.Status && value.Length == 8 && Sl651Digits.TryHex(value, out ulong status))
            readings.Status((uint)status);
        else
            Number(element, value, offset);
    }

    private void Parameter(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int offset, FieldFrame into)
    {
        if (name.Length is not (2 or 4) || !Sl651Digits.TryHex(name, out ulong code) || code > 0xFF && code < 0xFF00)
        {
            into.AddProblem(Sl651BodyWalker.BadIdentifier, offset);
            return;
        }
        var parameter = Sl651Parameters.Of((int)code);
        if (parameter.Code == Sl651Parameters.Password)
            return;
        if (Sl651Parameters.IsBinary(parameter.Code))
            readings.Text(parameter.Field, Sl651Texts.ToUtf8(value), offset);
        else
            Number(parameter, value, offset);
    }

    private void Number(Sl651Element element, ReadOnlySpan<byte> value, int offset)
    {
        if (TryNumber(value, out long digits, out int decimals))
            readings.Number(element, digits, decimals, offset);
        else
            readings.Bad(element.Field, Sl651Problems.NotANumber, offset);
    }

    private void Slots(Sl651Element element, ReadOnlySpan<byte> value, int offset)
    {
        int bytes = element.Code == 0xF4 ? 12 : 24;
        if (value.Length != bytes * 2 || value.ContainsAnyExcept(HexDigits))
        {
            readings.Bad(element.Field, Sl651Problems.NotANumber, offset);
            return;
        }
        for (int i = 0; i < bytes; i++)
            slots[i] = (byte)((Sl651Digits.Hex(value[2 * i]) << 4) | Sl651Digits.Hex(value[2 * i + 1]));
        readings.Slots(element, slots.AsSpan(0, bytes));
    }

    private Sl651Element? ElementOf(ReadOnlySpan<byte> word, int offset, FieldFrame into)
    {
        if (Sl651Elements.OfWord(word) is { } known)
            return known;
        if (names.Word(word) is { } unknown)
            return unknown;
        into.AddProblem(Sl651Problems.NameTooLong, offset);
        return null;
    }

    // A sign, at most eighteen digits, at most one point.
    private static bool TryNumber(ReadOnlySpan<byte> word, out long digits, out int decimals)
    {
        digits = 0;
        decimals = 0;
        bool isNegative = word.Length > 0 && word[0] == (byte)'-';
        var rest = isNegative ? word[1..] : word;
        int point = -1;
        if (rest.Length is 0 or > 19)
            return false;
        for (int i = 0; i < rest.Length; i++)
        {
            if (rest[i] == (byte)'.' && point < 0)
                point = i;
            else if (rest[i] is >= (byte)'0' and <= (byte)'9')
                digits = digits * 10 + (rest[i] - '0');
            else
                return false;
        }
        decimals = point < 0 ? 0 : rest.Length - point - 1;
        digits = isNegative ? -digits : digits;
        return rest.Length > (point < 0 ? 0 : 1) && rest.Length - (point < 0 ? 0 : 1) <= 18;
    }
}
