using System.Globalization;
using CsCheck;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

/// <summary>A report made up at random, with the readings it stands for computed independently of the reader.</summary>
internal sealed record Sl651Content(Sl651FrameHead Head, int Serial, long SentAt, long ObservedAt, IReadOnlyList<Sl651Content.One> Items, IReadOnlyList<long?>? Series)
{
    public sealed record One(int Code, long? Digits, int Bytes, int Decimals, int?[]? Slots);

    private static readonly Sl651Element[] Measured =
        [.. Sl651Elements.Known.Where(element => element.Code is not (0x04 or 0x05 or 0x45) and < 0xF0 && element.Natural.Bytes > 0)];

    private static readonly Gen<One> Known = Gen.Select(Gen.Int[0, Measured.Length - 1].Select(index => Measured[index]), Gen.Int[0, 2], Gen.Long[-999_999_999, 999_999_999], Gen.Int[0, 7])
        .Select((element, wider, digits, missing) => Made(element.Code, digits, element.Natural.Bytes + wider, element.Natural.Decimals, missing == 0));

    private static readonly Gen<One> Unknown = Gen.Select(Gen.Int[0xFF00, 0xFFFF], Gen.Int[2, 9], Gen.Int[0, 7], Gen.Long[-999_999_999, 999_999_999])
        .Select((code, bytes, decimals, digits) => Made(code, digits, bytes, decimals, false));

    private static readonly Gen<One> Slotted = Gen.Select(Gen.Int[0xF4, 0xFC], Gen.Int[1, 65534].Array[12], Gen.Int[0, 11])
        .Select((code, values, missing) => new One(code, null, 0, 0, [.. values.Select((value, slot) => slot == missing ? (int?)null : code == 0xF4 ? value % 254 + 1 : value)]));

    public static Gen<Sl651Content> Frames { get; } = Gen.Select(
        Gen.Frequency((8, Known), (2, Unknown), (1, Slotted)).Array[1, 30], Gen.Int[1, 65535], Gen.Int[0, 500_000], Gen.Int[0, 3],
        Gen.Long[-99_999, 999_999].Array[1, 100])
        .Select((items, serial, minute, kind, series) =>
        {
            long sentAt = new DateTime(2026, 1, 1).Ticks + minute * TimeSpan.TicksPerMinute;
            var function = kind == 0 ? Sl651Function.Uniform : kind == 1 ? Sl651Function.Extra : Sl651Function.QueryCurrent;
            return new Sl651Content(
                new(Sl651Direction.Up, 1, new(0x0012345678), 0, function, Sl651End.Etx), serial, sentAt, sentAt - 55 * TimeSpan.TicksPerMinute, items,
                kind == 0 ? [.. series.Select(value => value % 7 == 0 ? (long?)null : value)] : null);
        });

    public bool HasAsciiForm => Items.All(item => item.Code < 0xFF00);

    public byte[] Body(Sl651Encoding encoding)
    {
        var body = new Sl651BodyWriter(encoding).Begin(Serial, SentAt).Station(Head.Station, (byte)'H').ObservedAt(ObservedAt);
        foreach (var item in Items)
        {
            if (item.Slots is not null)
                _ = item.Code == 0xF4 ? body.RainSlots(item.Slots) : body.LevelSlots(item.Code - 0xF4, item.Slots);
            else if (item.Digits is { } digits)
                body.Digits(item.Code, digits, Sl651Definition.Of(item.Bytes, item.Decimals));
            else
                body.Missing(item.Code, Sl651Definition.Of(item.Bytes, item.Decimals));
        }
        if (Series is not null)
            body.Step(new(0, 0, 5)).Series(0x39, new(0x23), [.. Series]);
        return body.Written.ToArray();
    }

    public IEnumerable<string> Expected =>
    [
        .. Items.SelectMany(Lines),
        .. (Series ?? []).Select((value, index) => Line(Sl651Elements.Of(0x39).Field, value, 3, ObservedAt + index * 5 * TimeSpan.TicksPerMinute)),
    ];

    private IEnumerable<string> Lines(One item)
    {
        var field = Sl651Elements.Of(item.Code).Field;
        return item.Slots is null
            ? [Line(field, item.Digits, item.Decimals, ObservedAt)]
            : item.Slots.Select((value, slot) => Line(field, value, item.Code == 0xF4 ? 1 : 2, ObservedAt + slot * 5 * TimeSpan.TicksPerMinute));
    }

    private static string Line(FieldElement field, long? digits, int decimals, long at)
    {
        // Scaled as text, so that no arithmetic of ours takes part.
        string value = digits is { } number
            ? double.Parse(string.Create(CultureInfo.InvariantCulture, $"{number}E{field.UnitShift - decimals}"), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)
            : "NaN";
        string unit = field.Unit.Length == 0 ? "" : " " + field.Unit;
        return $"{field.Name} {value}{unit} @ {BeijingTime.FromUtc(at).ToString("yyMMdd HH:mm:ss", CultureInfo.InvariantCulture)}{(digits is null ? " Missing" : "")}";
    }

    // As many digits as fit; levels of nines would be missing.
    private static One Made(int code, long digits, int bytes, int decimals, bool isMissing)
    {
        int most = 2 * (digits < 0 ? bytes - 1 : bytes);
        long fitting = digits % (long)Math.Pow(10, Math.Min(most, 15));
        return new(code, isMissing ? null : Math.Abs(fitting) % 1000 == 999 ? fitting - Math.Sign(fitting) : fitting, bytes, decimals, null);
    }
}
