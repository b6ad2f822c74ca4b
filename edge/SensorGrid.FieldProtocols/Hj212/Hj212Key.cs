using System.Text;
using SensorGrid.FieldProtocols.Hj212.Tables;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>What the pair of a key is for.</summary>
internal enum Hj212KeyUse : byte
{
    /// <summary>A reading.</summary>
    Reading,

    /// <summary>A reading that is a text whatever it looks like.</summary>
    Text,

    /// <summary>Data mark of its factor.</summary>
    Mark,

    /// <summary>Data mark of all values of the packet.</summary>
    PacketMark,

    /// <summary>When its factor was sampled.</summary>
    SampleTime,

    /// <summary>When the packet's values were true.</summary>
    DataTime,

    /// <summary>Of the exchange: no reading.</summary>
    Exchange,

    /// <summary>Too long for a name.</summary>
    TooLong,
}

/// <summary>A key as it comes in data areas, understood once: its factor, its suffix, and the element of each kind of packet it came in.</summary>
internal sealed class Hj212Key
{
    private const int LongestName = 255;
    private const int LongestPrefix = 8;
    private readonly string code = "";
    private readonly Hj212Factor? factor;
    private readonly Hj212Suffix? suffix;
    private readonly string suffixText = "";
    private (int Command, FieldElement Element)[] elements = [];
    private int lastCommand;
    private FieldElement? lastElement;

    /// <param name="wire">The key as it came.</param>
    /// <param name="factors">Gives the same text for the same factor, so that pairs of one are soon known to belong together.</param>
    public Hj212Key(ReadOnlySpan<byte> wire, Func<string, string> factors)
    {
        Lead = new(wire);
        string key = Encoding.UTF8.GetString(wire);
        int minus = key.LastIndexOf('-');
        if (wire.Length > LongestName - LongestPrefix || NameOf(key).Length > LongestName - LongestPrefix)
        {
            Use = Hj212KeyUse.TooLong;
        }
        else if (minus <= 0 || minus == key.Length - 1)
        {
            Factor = key;
            Use = UseOf(key);
            factor = Hj212Parameter.Find(key, out code);
        }
        else
        {
            suffix = Hj212Suffix.Find(key[(minus + 1)..]);
            suffixText = suffix?.Wire ?? key[(minus + 1)..];
            Factor = key[..minus];
            // LA-Rtd-Rtd, LA-Rtd-Flag: some monitors double the suffix.
            if (suffix is not null && Factor.EndsWith("-Rtd", StringComparison.OrdinalIgnoreCase) && Factor.Length > 4)
                Factor = Factor[..^4];
            Factor = factors(Factor);
            factor = Hj212Factor.Find(Factor, out code);
            SuffixBit = suffix?.Bit ?? 0;
            Use = suffix?.Use switch
            {
                Hj212SuffixUse.Mark => Hj212KeyUse.Mark,
                Hj212SuffixUse.SampleTime => Hj212KeyUse.SampleTime,
                Hj212SuffixUse.Text => Hj212KeyUse.Text,
                _ => Hj212KeyUse.Reading,
            };
            // Values of logs and states come as numbers and as words.
            MayBeText = suffix is null || suffix.Wire == "Info";
        }
    }

    /// <summary>As it came, and the sign behind it.</summary>
    public Hj212Lead Lead { get; }

    /// <summary>What the pair is for.</summary>
    public Hj212KeyUse Use { get; }

    /// <summary>The part before the suffix as it came: pairs of one factor belong together.</summary>
    public string Factor { get; } = "";

    /// <summary>Bit of the suffix; 0 when it has none that is known.</summary>
    public ulong SuffixBit { get; }

    /// <summary>Whether a value that is no number is a text rather than an error.</summary>
    public bool MayBeText { get; } = true;

    /// <summary>The key that came behind this one the last time: most packets have their keys in the same order.</summary>
    public Hj212Key? Next { get; set; }

    /// <summary>The datastream of this key in packets of a command.</summary>
    /// <param name="command">Command code.</param>
    public FieldElement ElementOf(int command) => lastElement is { } last && lastCommand == command ? last : FindElement(command);

    private FieldElement FindElement(int command)
    {
        var element = KnownElement(command);
        (lastCommand, lastElement) = (command, element);
        return element;
    }

    private FieldElement KnownElement(int command)
    {
        foreach (var (known, element) in elements)
        {
            if (known == command)
                return element;
        }
        var made = MakeElement(command);
        // A packet can carry any of ten thousand command codes; only the first few of a key are worth remembering.
        const int mostCommands = 16;
        if (elements.Length < mostCommands)
            elements = [.. elements, (command, made)];
        return made;
    }

    private static Hj212KeyUse UseOf(string key) => key.ToUpperInvariant() switch
    {
        "DATATIME" or "ALARMTIME" => Hj212KeyUse.DataTime,
        "FLAG" => Hj212KeyUse.PacketMark,
        "RESTARTTIME" => Hj212KeyUse.Text,
        _ when Hj212Parameter.IsOfExchange(key) => Hj212KeyUse.Exchange,
        _ => Hj212KeyUse.Reading,
    };

    private FieldElement MakeElement(int command)
    {
        string key = suffixText.Length == 0 ? code : $"{code}-{suffixText}";
        string quantity = (factor?.Quantity, suffix?.Meaning) switch
        {
            (null, null or "") => "",
            (null, var meaning) => meaning,
            (var what, null or "") => what,
            var (what, meaning) => $"{what}, {meaning}",
        };
        string printed = suffix?.Use switch
        {
            null when suffixText.Length > 0 => "",
            Hj212SuffixUse.Amount => AmountOf(factor?.StandardUnit),
            Hj212SuffixUse.Hours => "h",
            Hj212SuffixUse.Unitless or Hj212SuffixUse.Text => "",
            _ => factor?.StandardUnit ?? "",
        };
        var (unit, shift) = Hj212Units.Of(printed);
        return new(key, NameOf(PrefixOf(command) + key), quantity, printed, unit, shift, isKnown: factor is not null && (suffix is not null || suffixText.Length == 0));
    }

    // 8.6: an amount is concentration × flow, so mg over m³ gives kg; for other units editions and makers disagree.
    private static string AmountOf(string? unit) => unit switch
    {
        "L/s" or "m³/s" => "m³",
        "mg/L" or "mg/m³" => "kg",
        _ => "",
    };

    /// <summary>What stands before a key in the names of a command's datastreams: means of a minute, of an hour and of a day are different things.</summary>
    internal static string PrefixOf(int command) => command switch
    {
        2051 => "minute/",
        2061 => "hour/",
        2031 => "day/",
        2071 or 2072 => "alarm/",
        < 0 or (>= 1000 and < 2000) or (>= 3000 and < 4000) => "",
        2011 or 2021 or 2041 or 2081 => "",
        _ => $"cn{command}/",
    };

    // Names have letters, digits, - : . / _ and begin with a letter or digit (RFC 8428 4.5.1); any other byte becomes _ and its two hexadecimal digits.
    private static string NameOf(string key)
    {
        var name = new StringBuilder(key.Length);
        foreach (byte sign in Encoding.UTF8.GetBytes(key))
        {
            char letter = (char)sign;
            if (char.IsAsciiLetterOrDigit(letter) || (name.Length > 0 && letter is ('-' or ':' or '.' or '/' or '_')))
                name.Append(letter);
            else
                name.Append(name.Length == 0 ? "x_" : "_").Append(Convert.ToHexStringLower([sign]));
        }
        return name.ToString();
    }
}
