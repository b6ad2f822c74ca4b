using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>SenML the slow and obvious way: the whole text as a tree, exact rational arithmetic, one rule after the other. Shares no code
/// with the reader.</summary>
internal static partial class SenMlOracle
{
    private sealed class RefusedException(SenMlError error) : Exception
    {
        public SenMlError Error { get; } = error;
    }

    private sealed class Bases
    {
        public string Name = "", Unit = "";
        public double Value, Sum;
        public bool HasSum;
        public BigInteger Ticks;
        public int? Version;
    }

    /// <summary>The resolved pack; null when the bytes are not JSON text, so that any error is right.</summary>
    public static ResolvedPack? Resolve(byte[] payload, long nowTicks)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(payload);
            using var document = JsonDocument.Parse(payload);
            return Resolve(document.RootElement, nowTicks);
        }
        catch (Exception error) when (error is DecoderFallbackException or JsonException)
        {
            return null;
        }
        catch (RefusedException refused)
        {
            return new(refused.Error, 0, []);
        }
    }

    private static ResolvedPack Resolve(JsonElement root, long nowTicks)
    {
        if (root.ValueKind != JsonValueKind.Array)
            throw new RefusedException(SenMlError.NotArray);
        var bases = new Bases();
        var records = new List<ResolvedRecord>();
        int number = 0;
        foreach (var element in root.EnumerateArray())
        {
            if (++number > 1000)
                throw new RefusedException(SenMlError.TooManyRecords);
            if (element.ValueKind != JsonValueKind.Object)
                throw new RefusedException(Depth(element) > 2 ? SenMlError.TooDeep : SenMlError.Type);
            if (Record(element, bases, nowTicks) is { } record)
                records.Add(record);
        }
        return new(SenMlError.None, bases.Version ?? 10, records);
    }

    private static ResolvedRecord? Record(JsonElement element, Bases bases, long nowTicks)
    {
        var own = new Dictionary<string, object>(StringComparer.Ordinal);
        int fields = 0;
        foreach (var property in element.EnumerateObject())
        {
            if (++fields > 64)
                throw new RefusedException(SenMlError.TooManyFields);
            string label = Try(() => property.Name);
            if (label.EndsWith('_'))
                throw new RefusedException(SenMlError.MustUnderstand);
            if (own.ContainsKey(label))
                throw new RefusedException(SenMlError.DuplicateKey);
            own[label] = Field(label, property.Value);
            switch (label)
            {
                case "bn": bases.Name = (string)own[label]; break;
                case "bu": bases.Unit = (string)own[label]; break;
                case "bv": bases.Value = (double)own[label]; break;
                case "bs": bases.Sum = (double)own[label]; bases.HasSum = true; break;
                case "bt": bases.Ticks = (BigInteger)own[label]; break;
            }
        }
        int? version = own.TryGetValue("bver", out object? stated) ? (int)stated : null;
        bases.Version ??= version ?? 10;
        if (version is not null && version != bases.Version)
            throw new RefusedException(SenMlError.VersionChange);

        string[] values = [.. new[] { "v", "vs", "vb", "vd" }.Where(own.ContainsKey)];
        if (values.Length > 1)
            throw new RefusedException(SenMlError.MultipleValues);
        string[] known = [.. own.Keys.Where(Labels.Contains)];
        if (known.Length > 0 && known.All(label => label[0] == 'b'))
            return null;
        bool hasSum = bases.HasSum || own.ContainsKey("s");
        string? kind = values.Length == 1 ? values[0] : own.ContainsKey("bv") ? "v" : null;
        if (kind is null && !hasSum)
            throw new RefusedException(SenMlError.NoValue);

        string name = bases.Name + (own.TryGetValue("n", out object? n) ? (string)n : "");
        if (name.Length == 0)
            throw new RefusedException(SenMlError.EmptyName);
        if (Encoding.UTF8.GetByteCount(name) > 255)
            throw new RefusedException(SenMlError.NameTooLong);
        if (!NameSigns().IsMatch(name))
            throw new RefusedException(SenMlError.BadName);

        var sum = bases.Ticks + (own.TryGetValue("t", out object? t) ? (BigInteger)t : 0);
        var microseconds = RoundedDivision(sum, 10);
        bool relative = microseconds < BigInteger.Pow(2, 28) * 1_000_000;
        var ticks = microseconds * 10 + (relative ? nowTicks / 10 * 10 : DateTime.UnixEpoch.Ticks);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
            throw new RefusedException(SenMlError.NumberRange);

        double v = kind == "v" ? bases.Value + (own.TryGetValue("v", out object? given) ? (double)given : 0) : kind == "vb" ? (bool)own["vb"] ? 1 : 0 : 0;
        double? s = hasSum ? bases.Sum + (own.TryGetValue("s", out object? givenSum) ? (double)givenSum : 0) : null;
        if (!double.IsFinite(v) || !double.IsFinite(s ?? 0))
            throw new RefusedException(SenMlError.NumberRange);
        return new(
            name, own.TryGetValue("u", out object? unit) ? (string)unit : bases.Unit,
            kind switch { "v" => SenMlValueKind.Number, "vb" => SenMlValueKind.Boolean, "vs" => SenMlValueKind.Text, "vd" => SenMlValueKind.Data, _ => SenMlValueKind.None },
            v, kind is "vs" or "vd" ? (string)own[kind] : "", s, own.TryGetValue("ut", out object? ut) ? (double)ut : null, (long)ticks, relative);
    }

    private static readonly HashSet<string> Labels = ["bver", "bn", "bt", "bu", "bv", "bs", "n", "u", "v", "vs", "vb", "s", "t", "ut", "vd"];

    private static object Field(string label, JsonElement value)
    {
        switch (label)
        {
            case "n" or "bn":
                return Text(value, 255, SenMlError.NameTooLong);
            case "u" or "bu":
                return Text(value, 64, SenMlError.StringTooLong);
            case "vs":
                return Text(value, 4096, SenMlError.StringTooLong);
            case "vd":
                return Data(Text(value, int.MaxValue, SenMlError.DataTooLong));
            case "vb":
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(value);
            case "bver":
                string version = Number(value);
                if (!version.All(char.IsAsciiDigit))
                    throw new RefusedException(SenMlError.Type);
                var whole = BigInteger.Parse(version, CultureInfo.InvariantCulture);
                return whole <= 10 || (whole & ~new BigInteger(26)) == 0 ? (int)whole : throw new RefusedException(SenMlError.UnsupportedVersion);
            case "t" or "bt":
                return Ticks(Number(value));
            case "v" or "bv" or "s" or "bs" or "ut":
                double number = double.Parse(Number(value), NumberStyles.Float, CultureInfo.InvariantCulture);
                return double.IsFinite(number) ? number : throw new RefusedException(SenMlError.NumberRange);
            default:
                return Depth(value) > 1 ? throw new RefusedException(SenMlError.TooDeep) : "";
        }
    }

    private static string Text(JsonElement value, int most, SenMlError tooLong)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Wrong(value);
        string text = Try(() => value.GetString()!);
        return Encoding.UTF8.GetByteCount(text) > most ? throw new RefusedException(tooLong) : text;
    }

    private static string Data(string text)
    {
        string plain = text.TrimEnd('=');
        bool padded = plain.Length == text.Length || (text.Length - plain.Length <= 2 && text.Length % 4 == 0);
        string url = plain.Replace('+', '-').Replace('/', '_');
        if (!padded || url.Length % 4 == 1 || !url.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_'))
            throw new RefusedException(SenMlError.Base64);
        return url.Length * 3 / 4 > 16384 ? throw new RefusedException(SenMlError.DataTooLong) : url;
    }

    private static string Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetRawText() : throw Wrong(value);

    private static RefusedException Wrong(JsonElement value) => new(Depth(value) > 1 ? SenMlError.TooDeep : SenMlError.Type);

    private static BigInteger Ticks(string text)
    {
        var match = NumberForm().Match(text);
        var digits = BigInteger.Parse(match.Groups["whole"].Value + match.Groups["part"].Value, CultureInfo.InvariantCulture);
        if (digits.IsZero)
            return 0;
        var power = (match.Groups["power"].Success ? BigInteger.Parse(match.Groups["power"].Value, CultureInfo.InvariantCulture) : 0) - match.Groups["part"].Length + 7;
        int length = digits.ToString(CultureInfo.InvariantCulture).Length;
        if (power + length > 30)
            throw new RefusedException(SenMlError.NumberRange);
        var ticks = power + length < -5 ? 0
            : power >= 0 ? digits * BigInteger.Pow(10, (int)power) : RoundedDivision(digits, BigInteger.Pow(10, (int)-power));
        if (ticks >= BigInteger.Pow(10, 18))
            throw new RefusedException(SenMlError.NumberRange);
        return text[0] == '-' ? -ticks : ticks;
    }

    // Halves away from zero.
    private static BigInteger RoundedDivision(BigInteger number, BigInteger by) =>
        number.Sign * ((BigInteger.Abs(number) * 2 + by) / (by * 2));

    private static int Depth(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(Depth).DefaultIfEmpty().Max(),
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(property => Depth(property.Value)).DefaultIfEmpty().Max(),
        _ => 0,
    };

    // A surrogate standing alone is a valid escape but not a text.
    private static string Try(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw new RefusedException(SenMlError.Json);
        }
    }

    [GeneratedRegex(@"^-?(?<whole>\d+)(\.(?<part>\d+))?([eE]\+?(?<power>-?\d+))?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NumberForm();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9:./_-]*\z")]
    private static partial Regex NameSigns();
}
