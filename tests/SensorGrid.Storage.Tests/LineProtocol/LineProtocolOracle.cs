using System.Globalization;
using System.Text;

namespace SensorGrid.Storage.Tests.LineProtocol;

/// <summary>A point as read: tags sorted by key, field values as long, ulong, double, bool or string, nanoseconds or null.</summary>
internal sealed record OraclePoint(string Name, IReadOnlyList<(string Key, string Value)> Tags, IReadOnlyList<(string Key, object Value)> Fields, Int128? Time);

/// <summary>A slow, obvious reader of line protocol, written from the grammar alone and checked against the published corpus, so that the
/// writer is not judged by itself. As strict as the strictest known reader: control characters and bad UTF-8 in names are errors.</summary>
internal sealed class LineProtocolOracle
{
    private const int End = -1;

    private readonly byte[] bytes;
    private readonly long nanosecondsPerUnit;
    private int at;

    private LineProtocolOracle(byte[] bytes, string precision)
    {
        this.bytes = bytes;
        nanosecondsPerUnit = precision switch { "ns" => 1, "us" => 1_000, "ms" => 1_000_000, "s" => 1_000_000_000, _ => throw new ArgumentException(precision) };
    }

    /// <summary>All points, or null for any error.</summary>
    public static List<OraclePoint>? TryParse(byte[] bytes, string precision = "ns")
    {
        try
        {
            return Parse(bytes, precision);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <exception cref="FormatException">Something is no line protocol.</exception>
    public static List<OraclePoint> Parse(byte[] bytes, string precision = "ns")
    {
        var reader = new LineProtocolOracle(bytes, precision);
        var points = new List<OraclePoint>();
        while (reader.Current != End)
        {
            reader.SkipBlanks();
            if (reader.Current == '#')
            {
                while (reader.Current is not ('\n' or End))
                    reader.RefuseControl(reader.bytes[reader.at++]);
            }
            else if (!reader.IsLineEnd)
            {
                points.Add(reader.Point());
            }
            reader.EndLine();
        }
        return points;
    }

    private int Current => at < bytes.Length ? bytes[at] : End;

    private bool IsLineEnd => Current is '\n' or End || Current == '\r' && at + 1 < bytes.Length && bytes[at + 1] == '\n';

    private OraclePoint Point()
    {
        string name = Name(", ", "measurement");
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (Current == ',')
        {
            at++;
            string key = Name("=, ", "tag key");
            Expect('=');
            if (!tags.TryAdd(key, Name(",= ", "tag value")))
                throw new FormatException($"tag {key} twice");
        }
        Expect(' ');
        SkipBlanks();
        var fields = new List<(string, object)>();
        do
        {
            if (fields.Count > 0)
                at++;
            string key = Name("=, ", "field key");
            Expect('=');
            fields.Add((key, Value()));
        }
        while (Current == ',');
        if (!IsLineEnd)
            Expect(' ');
        SkipBlanks();
        var time = IsLineEnd ? (Int128?)null : Time();
        SkipBlanks();
        return new(name, [.. tags.Select(tag => (tag.Key, tag.Value))], fields, time);
    }

    // A backslash escapes the signs that would end the name, and is an ordinary sign before any other.
    private string Name(string ends, string what)
    {
        string escapable = what == "measurement" ? ", " : ",= ";
        var name = new List<byte>();
        while (!IsLineEnd && !ends.Contains((char)Current))
        {
            if (Current == '\\')
            {
                at++;
                if (IsLineEnd)
                    throw new FormatException($"{what} ends in an escape");
                if (!escapable.Contains((char)Current))
                {
                    name.Add((byte)'\\');
                    continue;
                }
            }
            RefuseControl(bytes[at]);
            name.Add(bytes[at++]);
        }
        return name.Count > 0 ? Text(name) : throw new FormatException($"{what} is empty");
    }

    private object Value()
    {
        if (Current == '"')
            return Quoted();
        int start = at;
        while (!IsLineEnd && Current is not (' ' or ','))
            at++;
        string text = Encoding.Latin1.GetString(bytes[start..at]);
        switch (text)
        {
            case "t" or "T" or "true" or "True" or "TRUE":
                return true;
            case "f" or "F" or "false" or "False" or "FALSE":
                return false;
        }
        if (text.EndsWith('i') && long.TryParse(text[..^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return whole;
        if (text.EndsWith('u') && ulong.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong positive))
            return positive;
        const NumberStyles Float = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        bool plain = text.Any(char.IsAsciiDigit) && text.All(sign => char.IsAsciiDigit(sign) || "+-.eE".Contains(sign));
        return plain && double.TryParse(text, Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new FormatException($"{text} is no value");
    }

    private string Quoted()
    {
        var text = new List<byte>();
        for (at++; Current != '"'; at++)
        {
            if (Current == End)
                throw new FormatException("text does not end");
            if (Current == '\\' && at + 1 < bytes.Length && "\"\\nrt".Contains((char)bytes[at + 1]))
            {
                at++;
                text.Add(Current switch { 'n' => (byte)'\n', 'r' => (byte)'\r', 't' => (byte)'\t', var sign => (byte)sign });
                continue;
            }
            text.Add(bytes[at]);
        }
        at++;
        return Text(text);
    }

    private Int128 Time()
    {
        int start = at;
        while (!IsLineEnd && Current != ' ')
            at++;
        string text = Encoding.Latin1.GetString(bytes[start..at]);
        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time) || text.StartsWith('+'))
            throw new FormatException($"{text} is no time");
        time *= nanosecondsPerUnit;
        return Int128.Abs(time) <= 9223372036854775806 ? time : throw new FormatException("time out of range");
    }

    private void EndLine()
    {
        if (!IsLineEnd)
            throw new FormatException($"something after the line at {at}");
        if (Current == '\r')
            at++;
        if (Current == '\n')
            at++;
    }

    private void SkipBlanks()
    {
        while (Current == ' ')
            at++;
    }

    private void Expect(char sign)
    {
        if (Current != sign)
            throw new FormatException($"expected {sign} at {at}");
        at++;
    }

    private void RefuseControl(byte sign)
    {
        if (sign is < 0x20 or 0x7f)
            throw new FormatException($"control character at {at}");
    }

    private static string Text(List<byte> utf8)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. utf8]);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("bad UTF-8", e);
        }
    }
}
