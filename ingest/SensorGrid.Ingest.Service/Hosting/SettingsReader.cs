using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using SensorGrid.Readings.Time;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Reads configuration into option records and collects every error, so that a start that fails says all that is wrong
/// at once. A key that no record has is an error too: a setting with a slip in its name must not be a setting without effect.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];
    private readonly Dictionary<string, string> known = new(StringComparer.OrdinalIgnoreCase);

    public List<string> Errors { get; } = [];

    /// <summary>Every key that was asked for, with its default as text. The table in <c>service.md</c> is checked against it.</summary>
    public IReadOnlyDictionary<string, string> Known => known;

    /// <summary>Fills a record's properties from one section. Defaults and ranges stand on the record.</summary>
    /// <param name="section">Section, for example <c>Log</c>.</param>
    /// <param name="options">A fresh instance, whose values are the defaults.</param>
    /// <param name="except">Properties that the program sets itself (folders, addresses).</param>
    public T Fill<T>(string section, T options, params ReadOnlySpan<string> except) where T : class
    {
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is null || except.Contains(property.Name) || property.Name == "EqualityContract")
                continue;
            string key = $"{section}:{property.Name}";
            object? standard = property.GetValue(options);
            known[key] = Show(standard);
            if (ReadList(key, property, options) || configuration[key] is not { } text)
                continue;
            if (!TryParse(text.Trim(), property.PropertyType, out object? value, out string form))
                Errors.Add($"{key}: \"{text}\" is not {form}.");
            else if (RangeError(property, value) is { } outside)
                Errors.Add($"{key}: {text} is out of range; {outside}.");
            else
                property.SetValue(options, value);
        }
        return options;
    }

    /// <summary>Fills one record for each numbered section below one, for example <c>Stores:0</c>, <c>Stores:1</c>. The numbers have no gaps, so that
    /// messages name the section that is meant.</summary>
    public IReadOnlyList<T> FillList<T>(string section) where T : class, new()
    {
        var items = new List<T>();
        while (configuration.GetSection($"{section}:{items.Count}").GetChildren().Any())
            items.Add(Fill($"{section}:{items.Count}", new T()));
        return items;
    }

    /// <summary>Adds what a library found wrong with its options, when nothing was found in that section yet: ranges are checked in both places.</summary>
    public void AddUnlessTold(string section, IReadOnlyList<string> errors)
    {
        string prefix = section + ":";
        if (!Errors.Exists(error => error.StartsWith(prefix, StringComparison.Ordinal)))
            Errors.AddRange(errors.Select(error => error.StartsWith(prefix, StringComparison.Ordinal) ? error : $"{prefix}{error}"));
    }

    /// <summary>Reports keys of the given sections that nobody read.</summary>
    public void RefuseUnknown(params ReadOnlySpan<string> sections)
    {
        foreach (string section in sections)
        {
            foreach (var (key, value) in configuration.GetSection(section).AsEnumerable())
            {
                string plain = WithoutIndex(key);
                if (value is not null && !known.ContainsKey(plain))
                    Errors.Add($"{key}: there is no such setting{Suggest(plain)}. See ingest/docs/service.md for all of them.");
            }
        }
    }

    private bool ReadList<T>(string key, PropertyInfo property, T options)
    {
        if (property.PropertyType != typeof(IReadOnlyList<string>))
            return false;
        string[] items = configuration[key] is { } line
            ? line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. configuration.GetSection(key).GetChildren().Select(child => child.Value).OfType<string>()];
        if (items.Length > 0)
            property.SetValue(options, items);
        return true;
    }

    private static bool TryParse(string text, Type type, out object? value, out string form)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        (bool ok, value, form) = type switch
        {
            _ when type == typeof(string) => (text.Length > 0, (object?)text, "a text"),
            _ when type == typeof(bool) => (bool.TryParse(text, out bool b), b, "true or false"),
            _ when type == typeof(int) => (TryParseBytes(text, out long i) && i == (int)i, (int)i, "a whole number, or one with KiB, MiB or GiB"),
            _ when type == typeof(long) => (TryParseBytes(text, out long l), l, "a whole number, or one with KiB, MiB or GiB"),
            _ when type == typeof(double) => (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) && double.IsFinite(d), d, "a number"),
            _ when type == typeof(TimeSpan) => (DurationText.TryParse(text, out var span), span, DurationText.Rule),
            _ when type == typeof(DateTimeOffset) => (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at), at, "an RFC 3339 time, such as 2026-01-31T08:00:00Z"),
            _ when type == typeof(Uri) => (Uri.TryCreate(text, UriKind.Absolute, out var uri), uri, "an address, such as mqtt://host:1883"),
            _ when type == typeof(ListenAddress) => (ListenAddress.TryParse(text, out var address), address, ListenAddress.Form),
            _ when type.IsEnum => (Enum.TryParse(type, text, ignoreCase: true, out object? e) && Enum.IsDefined(type, e!), e, $"one of {string.Join(", ", Enum.GetNames(type))}"),
            _ => throw new NotSupportedException($"An option of type {type.Name} needs a line here."),
        };
        return ok;
    }

    private static bool TryParseBytes(string text, out long value)
    {
        int unit = Array.FindLastIndex(ByteUnits, suffix => text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
        string number = unit < 0 ? text : text[..^ByteUnits[unit].Length].TrimEnd();
        bool ok = long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        int shift = Math.Max(unit, 0) * 10;
        if (!ok || Math.Abs((decimal)value) > (long.MaxValue >> shift))
            return false;
        value <<= shift;
        return true;
    }

    private static string? RangeError(PropertyInfo property, object? value)
    {
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (rule.IsValid(value))
                continue;
            return rule is RangeAttribute range ? $"it may be {range.Minimum} to {range.Maximum}" : rule.FormatErrorMessage(property.Name);
        }
        return null;
    }

    private string Suggest(string key)
    {
        var near = known.Keys.Select(candidate => (candidate, distance: Distance(candidate.ToUpperInvariant(), key.ToUpperInvariant())))
            .Where(pair => pair.distance <= 3).OrderBy(pair => pair.distance).FirstOrDefault();
        return near.candidate is null ? "" : $"; did you mean {near.candidate}?";
    }

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }

    /// <summary><c>Http:AllowedHosts:0</c> is an item of <c>Http:AllowedHosts</c>.</summary>
    private static string WithoutIndex(string key)
    {
        int colon = key.LastIndexOf(':');
        return colon > 0 && key.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? key[..colon] : key;
    }

    private static string Show(object? value) => value switch
    {
        null => "",
        TimeSpan span => DurationText.Format(span),
        long or int when Convert.ToInt64(value, CultureInfo.InvariantCulture) is var number && number >= 1 << 20 && number % (1 << 20) == 0 =>
            number % (1 << 30) == 0 ? $"{number >> 30}GiB" : $"{number >> 20}MiB",
        bool flag => flag ? "true" : "false",
        IEnumerable<string> list => string.Join(",", list),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
