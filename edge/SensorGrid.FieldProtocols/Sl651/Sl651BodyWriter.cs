using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Puts a body together, item by item, in either encoding. What the encoding cannot say is refused with the reason; nothing is cut to fit. Reused:
/// <see cref="Begin"/> starts anew.</summary>
/// <param name="encoding">HEX/BCD or ASCII.</param>
public sealed class Sl651BodyWriter(Sl651Encoding encoding = Sl651Encoding.Hex)
{
    private readonly ArrayBufferWriter<byte> body = new(256);

    /// <summary>What was written so far; valid until the next call.</summary>
    public ReadOnlySpan<byte> Written => body.WrittenSpan;

    private bool IsHex => encoding == Sl651Encoding.Hex;

    /// <summary>Begins a body with its serial and send time.</summary>
    public Sl651BodyWriter Begin(int serial, long sentAtTicks)
    {
        body.ResetWrittenCount();
        Put(Sl651FrameWriter.Prefix(encoding, serial, sentAtTicks, stackalloc byte[Sl651Layout.AsciiPrefix]));
        return this;
    }

    /// <summary>Whose data follow.</summary>
    /// <param name="address">The station.</param>
    /// <param name="stationClass">Its class (附录 A); null where the function has none.</param>
    public Sl651BodyWriter Station(Sl651Address address, byte? stationClass = null)
    {
        if (!IsHex)
        {
            if (stationClass is <= (byte)' ' or > (byte)'~')
                throw new Sl651WriteException("forbidden_character", $"the class {stationClass:X2} is no sign of a word");
            Word("ST").Word(address.ToString());
            return stationClass is null ? this : Word(((char)stationClass).ToString());
        }
        Span<byte> group = stackalloc byte[8];
        group[0] = group[1] = 0xF1;
        address.Write(group[2..]);
        group[7] = stationClass ?? 0;
        Put(group[..(stationClass is null ? 7 : 8)]);
        return this;
    }

    /// <summary>When the data that follow were true, to the minute.</summary>
    public Sl651BodyWriter ObservedAt(long utcTicks)
    {
        Span<byte> group = stackalloc byte[7];
        group[0] = group[1] = 0xF0;
        Sl651Time.Write(utcTicks, group[2..]);
        if (!IsHex)
            return Word("TT").Word(Convert.ToHexString(group[2..]));
        Put(group);
        return this;
    }

    /// <summary>An element of the table with its natural width; a negative value takes one byte more where it needs to.</summary>
    /// <param name="code">Identifier.</param>
    /// <param name="value">Value in the standard's unit; null when missing.</param>
    public Sl651BodyWriter Value(int code, decimal? value)
    {
        var natural = Sl651Elements.Of(code).Natural;
        if (natural.Bytes == 0 || code is >= 0xF0 and <= 0xFF)
            throw new Sl651WriteException("no_definition", $"{Sl651Element.TextOf(code)} has no natural width: say which");
        if (value is not { } number)
            return Missing(code, natural);
        if (!Sl651Scaled.TryScale(number, natural.Decimals, out long digits))
            throw new Sl651WriteException("overflow", $"{number.ToString(CultureInfo.InvariantCulture)} is no value of {Sl651Element.TextOf(code)}: {natural.Decimals} decimals, at most 18 digits");
        bool isWider = digits < 0 && Sl651Scaled.DigitsOf(digits) > 2 * (natural.Bytes - 1) && Sl651Scaled.DigitsOf(digits) <= 2 * natural.Bytes;
        return Digits(code, digits, isWider ? Sl651Definition.Of(natural.Bytes + 1, natural.Decimals) : natural);
    }

    /// <summary>An element, or behind <see cref="Step"/> in 31H and 38H the first value of its series, by digits without their point.</summary>
    public Sl651BodyWriter Digits(int code, long digits, Sl651Definition definition)
    {
        Head(code, definition);
        Number(digits, definition, code);
        return this;
    }

    /// <summary>An element whose sensor gave nothing.</summary>
    public Sl651BodyWriter Missing(int code, Sl651Definition definition)
    {
        Head(code, definition);
        Missing(definition);
        return this;
    }

    /// <summary>The status word (表 58).</summary>
    public Sl651BodyWriter Status(uint word)
    {
        if (!IsHex)
            return Word("ZT").Word(word.ToString("X8", CultureInfo.InvariantCulture));
        Head(Sl651Elements.Status, new(0x20));
        BinaryPrimitives.WriteUInt32BigEndian(body.GetSpan(4), word);
        body.Advance(4);
        return this;
    }

    /// <summary>Rain of twelve times five minutes in 0.1 mm: 0 to 254, null for none.</summary>
    public Sl651BodyWriter RainSlots(ReadOnlySpan<int?> tenths) => Slots(0xF4, tenths, 1, 0x60, 254);

    /// <summary>Relative levels of twelve times five minutes in 0.01 m: 0 to 65534, null for none.</summary>
    /// <param name="number">Which level, 1 to 8.</param>
    /// <param name="hundredths">The twelve.</param>
    public Sl651BodyWriter LevelSlots(int number, ReadOnlySpan<int?> hundredths)
    {
        if (number is < 1 or > 8)
            throw new Sl651WriteException("overflow", $"there is no level {number}: 1 to 8");
        return Slots(0xF4 + number, hundredths, 2, 0xC0, 65534);
    }

    /// <summary>The time step of what follows.</summary>
    public Sl651BodyWriter Step(Sl651Step step)
    {
        if (!step.IsValid)
            throw new Sl651WriteException("bad_step", $"{step.Days} d {step.Hours} h {step.Minutes} min: one of them, up to 31 days, 23 hours, 59 minutes");
        if (!IsHex)
        {
            var (unit, count) = step.Days > 0 ? ('D', step.Days) : step.Minutes > 0 ? ('N', step.Minutes) : ('H', step.Hours);
            return Word(string.Create(CultureInfo.InvariantCulture, $"DR{unit}{count:00}"));
        }
        Put([0x04, 0x18, Sl651Digits.ToBcd(step.Days), Sl651Digits.ToBcd(step.Hours), Sl651Digits.ToBcd(step.Minutes)]);
        return this;
    }

    /// <summary>An element with values one step apart, up to the end of the body; null for one that is missing.</summary>
    public Sl651BodyWriter Series(int code, Sl651Definition definition, ReadOnlySpan<long?> digits)
    {
        if (definition.Bytes == 0)
            throw new Sl651WriteException("no_definition", "values of no bytes cannot be told apart");
        Head(code, definition);
        foreach (long? value in digits)
        {
            if (value is { } number)
                Number(number, definition, code);
            else
                Missing(definition);
        }
        return this;
    }

    /// <summary>Text put in by a person, up to the end of the body. Chinese signs are written in GB 18030.</summary>
    public Sl651BodyWriter ManualText(string text) => Rest(0xF2, "RGZS", Encoded(text));

    /// <summary>A picture, up to the end of the body.</summary>
    public Sl651BodyWriter Picture(ReadOnlySpan<byte> jpeg) => Rest(0xF3, "PIC", jpeg);

    /// <summary>Bulk velocities in a layout of the maker's, up to the end of the body. HEX only.</summary>
    public Sl651BodyWriter Bulk(ReadOnlySpan<byte> data)
    {
        HexOnly("bulk velocities");
        Put([0xFD, 0xF6]);
        Put(data);
        return this;
    }

    /// <summary>A parameter with its bytes as they are: addresses, channels, the bit map.</summary>
    public Sl651BodyWriter Parameter(int code, Sl651Definition definition, ReadOnlySpan<byte> data)
    {
        HexOnly("a parameter in bytes");
        int declared = code == 0x0E ? definition.Value : definition.Bytes;
        if (data.Length != declared)
            throw new Sl651WriteException("overflow", $"parameter {Sl651Element.TextOf(code)} declares {declared} bytes and has {data.Length}");
        Identifier(code);
        Put([definition.Value]);
        Put(data);
        return this;
    }

    /// <summary>A parameter that is a number, by digits without their point.</summary>
    public Sl651BodyWriter ParameterDigits(int code, long digits, Sl651Definition definition)
    {
        if (!IsHex)
            return Word(Sl651Element.TextOf(code)).Word(Sl651Scaled.ToText(digits, definition.Decimals));
        Identifier(code);
        Put([definition.Value]);
        Number(digits, definition, code);
        return this;
    }

    /// <summary>Asks for an element or a parameter.</summary>
    public Sl651BodyWriter Request(int code, Sl651Definition definition)
    {
        HexOnly("a request by identifier");
        Identifier(code);
        Put([definition.Value]);
        return this;
    }

    /// <summary>Asks for an element in its natural width.</summary>
    public Sl651BodyWriter Request(int code) => Request(code, Sl651Elements.Of(code).Natural);

    /// <summary>The period of 38H: full hours.</summary>
    public Sl651BodyWriter Period(long fromTicks, long untilTicks)
    {
        HexOnly("a period");
        Span<byte> period = stackalloc byte[8];
        Sl651Time.Write(fromTicks, period[..4]);
        Sl651Time.Write(untilTicks, period[4..]);
        Put(period);
        return this;
    }

    /// <summary>Software version: at most 255 bytes of text.</summary>
    public Sl651BodyWriter Version(string text)
    {
        HexOnly("a version");
        var bytes = Encoded(text);
        if (bytes.Length > 255)
            throw new Sl651WriteException("overflow", $"a version of {bytes.Length} bytes: at most 255");
        Put([(byte)bytes.Length]);
        Put(bytes);
        return this;
    }

    /// <summary>The 32 event counters.</summary>
    public Sl651BodyWriter Events(ReadOnlySpan<ushort> counters)
    {
        HexOnly("event counters");
        if (counters.Length != Sl651Events.Count)
            throw new Sl651WriteException("overflow", $"{counters.Length} event counters: exactly {Sl651Events.Count}");
        foreach (ushort counter in counters)
        {
            BinaryPrimitives.WriteUInt16BigEndian(body.GetSpan(2), counter);
            body.Advance(2);
        }
        return this;
    }

    /// <summary>States of pumps or valves, the first unit in the lowest bit of the first byte.</summary>
    public Sl651BodyWriter Switches(ReadOnlySpan<byte> states)
    {
        HexOnly("states of pumps or valves");
        if (states.Length > 255)
            throw new Sl651WriteException("overflow", $"{states.Length} state bytes: at most 255");
        Put([(byte)states.Length]);
        Put(states);
        return this;
    }

    /// <summary>States and openings (cm, 0 to 9999) of gates.</summary>
    public Sl651BodyWriter Gates(ReadOnlySpan<bool> open, ReadOnlySpan<int> openings)
    {
        HexOnly("gates");
        if (open.Length != openings.Length || open.Length > 255)
            throw new Sl651WriteException("overflow", $"{open.Length} states and {openings.Length} openings: as many of both, at most 255");
        Span<byte> states = stackalloc byte[(open.Length + 7) / 8];
        for (int gate = 0; gate < open.Length; gate++)
            states[gate / 8] |= (byte)((open[gate] ? 1 : 0) << (gate % 8));
        Put([(byte)open.Length]);
        Put(states);
        foreach (int opening in openings)
            Number(opening, new(0x10), 0);
        return this;
    }

    /// <summary>Water quota control on or off.</summary>
    public Sl651BodyWriter Quota(bool isOn)
    {
        HexOnly("quota control");
        Put([isOn ? (byte)0xFF : (byte)0]);
        return this;
    }

    /// <summary>97 00 (clear the storage) or 98 00 (factory settings).</summary>
    public Sl651BodyWriter Marker(int code) => Request(code, default);

    private Sl651BodyWriter Slots(int code, ReadOnlySpan<int?> values, int width, byte marker, int most)
    {
        if (values.Length != 12)
            throw new Sl651WriteException("overflow", $"{values.Length} slots: an hour has exactly 12");
        Span<byte> data = stackalloc byte[12 * width];
        for (int slot = 0; slot < 12; slot++)
        {
            if (values[slot] is { } value && (value < 0 || value > most))
                throw new Sl651WriteException("overflow", $"slot {slot + 1} of {Sl651Element.TextOf(code)} is {value}: 0 to {most}");
            int written = values[slot] ?? 0xFFFF;
            data[slot * width] = (byte)(width == 1 ? written : written >> 8);
            if (width == 2)
                data[slot * width + 1] = (byte)written;
        }
        if (!IsHex)
            return Word(Sl651Elements.Of(code).Word!).Word(Convert.ToHexString(data));
        Put([(byte)code, marker]);
        Put(data);
        return this;
    }

    // Identifier and definition, in ASCII the name.
    private void Head(int code, Sl651Definition definition)
    {
        if (IsHex)
        {
            if (code is >= 0xF0 and <= 0xFD)
                throw new Sl651WriteException("bad_identifier", $"{Sl651Element.TextOf(code)} is no element with a value of its own");
            Identifier(code);
            Put([definition.Value]);
            return;
        }
        if (Sl651Elements.Of(code).Word is not { } word)
            throw new Sl651WriteException("no_ascii_form", $"{Sl651Element.TextOf(code)} has no name in the ASCII encoding");
        Word(word);
    }

    private void Identifier(int code)
    {
        if (code is < 1 or > 0xFFFF or 0xFF or (> 0xFF and < 0xFF00))
            throw new Sl651WriteException("bad_identifier", $"{code:X} is no identifier: 01 to FE, or FF00 to FFFF");
        if (code > 0xFF)
            Put([0xFF, (byte)code]);
        else
            Put([(byte)code]);
    }

    // Right-aligned BCD; FF in front of a negative number.
    private void Number(long digits, Sl651Definition definition, int code)
    {
        if (!IsHex)
        {
            Word(Sl651Scaled.ToText(digits, definition.Decimals));
            return;
        }
        int bytes = definition.Bytes;
        if (Sl651Scaled.DigitsOf(digits) > Math.Min(18, 2 * (digits < 0 ? bytes - 1 : bytes)))
        {
            throw new Sl651WriteException(
                "overflow", $"{Sl651Scaled.ToText(digits, definition.Decimals)} of {Sl651Element.TextOf(code)} does not fit into {bytes} bytes with {definition.Decimals} decimals");
        }
        var data = body.GetSpan(bytes)[..bytes];
        ulong rest = (ulong)(digits < 0 ? -digits : digits);
        for (int i = bytes - 1; i >= 0; i--, rest /= 100)
            data[i] = Sl651Digits.ToBcd((int)(rest % 100));
        if (digits < 0)
            data[0] = 0xFF;
        body.Advance(bytes);
    }

    private void Missing(Sl651Definition definition)
    {
        if (!IsHex)
        {
            Word("M");
            return;
        }
        if (definition.Bytes == 0)
            throw new Sl651WriteException("no_definition", "a value of no bytes cannot be missing");
        body.GetSpan(definition.Bytes)[..definition.Bytes].Fill(0xFF);
        body.Advance(definition.Bytes);
    }

    private Sl651BodyWriter Rest(byte code, string word, ReadOnlySpan<byte> data)
    {
        if (IsHex)
            Put([code, code]);
        else
            Word(word);
        Put(data);
        return this;
    }

    private Sl651BodyWriter Word(string word)
    {
        if (word.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new Sl651WriteException("forbidden_character", $"'{word}' is no word of the ASCII encoding: signs from ! to ~");
        Encoding.ASCII.GetBytes(word, body);
        Put(" "u8);
        return this;
    }

    private ReadOnlySpan<byte> Encoded(string text)
    {
        try
        {
            // Control characters would end an ASCII frame for those that look for them.
            if (!IsHex && text.Any(char.IsControl))
                throw new Sl651WriteException("forbidden_character", "a text in the ASCII encoding has no control characters");
            return Sl651Texts.ChineseStrict.GetBytes(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new Sl651WriteException("forbidden_character", $"sign {exception.Index} of the text is half a sign and has no form in GB 18030");
        }
    }

    private void Put(ReadOnlySpan<byte> bytes) => body.Write(bytes);

    private void HexOnly(string what)
    {
        if (!IsHex)
            throw new Sl651WriteException("no_ascii_form", $"{what} cannot be written in the ASCII encoding: the standard gives no form");
    }
}
