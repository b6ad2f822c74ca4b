using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.FireWeather;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads <c>fire-weather</c> rules.</summary>
internal static class FireWeatherReader
{
    // In the order of the enumeration.
    private static readonly string[] Indices = ["ffmc", "dmc", "dc", "isi", "bui", "fwi", "danger-class", "grade", "antecedent-rain"];

    private static readonly TimeSpan BeijingTime = TimeSpan.FromHours(8);

    public static RuleFamily[] Families =>
    [
        new(
            "fire-weather",
            ["index", "observed", "inputs", "start", "ffmc-constant", "share", "least-days", "direction", "levels", "clear-margin"],
            (fields, _) => Read(fields)),
    ];

    /// <summary>The word of rule files for an index.</summary>
    public static string NameOf(DailyIndex index) => Indices[(int)index];

    private static FireWeatherRule Read(MappingFields fields)
    {
        var index = (DailyIndex)Math.Max(0, Array.IndexOf(Indices, fields.Word("index", Indices, required: true)));
        var direction = RuleFields.Direction(fields);
        var rule = new FireWeatherRule
        {
            Index = index,
            Observed = Observed(fields, index),
            Direction = direction,
            Limits = RuleFields.OwnLevels(fields, direction),
            LeastDays = fields.Whole("least-days", 0, 366) ?? 0,
            ClearMargin = RuleFields.NotNegative(fields, "clear-margin") ?? 0,
        };
        OnlyFor(fields, "start", rule.IsCanadian, "the codes of the Canadian index");
        OnlyFor(fields, "ffmc-constant", rule.IsCanadian, "the Canadian index");
        OnlyFor(fields, "share", index == DailyIndex.AntecedentRain, "antecedent-rain");
        OnlyFor(fields, "inputs", index != DailyIndex.AntecedentRain, "indices of more than rain; the scope of this one is the rain itself");
        return WithInputs(fields, rule) with
        {
            Start = Start(fields),
            FineFuelScale = Between(fields, "ffmc-constant", 147, 148) ?? rule.FineFuelScale,
            Share = Between(fields, "share", 0.5, 0.99) ?? rule.Share,
        };
    }

    // The Canadian index is of noon, and the sun is highest at 13:00 of Beijing time where it was made for; the grade is of 14 h; the day of hydrology ends at 08:00.
    private static ObservationHour Observed(MappingFields fields, DailyIndex index)
    {
        long usual = TimeSpan.FromHours(index switch { DailyIndex.AntecedentRain => 8, DailyIndex.ChineseGrade => 14, _ => 13 }).Ticks;
        if (!fields.Has("observed") || fields.Mapping("observed", "'observed'", required: false, "at", "offset") is not { } observed
            || TimeOfDayText.Read(observed, "at", ofWhat: "observed") is not { } at || TimeOfDayText.ReadOffset(observed, "observed") is not { } offset)
            return new(usual, BeijingTime.Ticks);
        return new(at, offset.Ticks);
    }

    private static FireWeatherRule WithInputs(MappingFields fields, FireWeatherRule rule)
    {
        if (!fields.Has("inputs") || fields.Mapping("inputs", "'inputs'", required: false, "humidity", "wind", "rain") is not { } inputs)
            return rule;
        return rule with
        {
            Humidity = inputs.Text("humidity") ?? rule.Humidity,
            Wind = inputs.Text("wind") ?? rule.Wind,
            Rain = inputs.Text("rain") ?? rule.Rain,
        };
    }

    private static FireWeatherCodes Start(MappingFields fields)
    {
        var usual = FireWeatherCodes.Start;
        if (!fields.Has("start") || fields.Mapping("start", "'start'", required: false, "ffmc", "dmc", "dc") is not { } start)
            return usual;
        return new(
            Between(start, "ffmc", 0, 101) ?? usual.FineFuelMoisture, Between(start, "dmc", 0, 1000) ?? usual.DuffMoisture,
            Between(start, "dc", 0, 2000) ?? usual.Drought);
    }

    private static double? Between(MappingFields fields, string key, double least, double most)
    {
        double? number = fields.Number(key);
        if (number is { } given && !(given >= least && given <= most))
            fields.Error(key, FormattableString.Invariant($"'{key}' lies between {least} and {most}"));
        return number;
    }

    private static void OnlyFor(MappingFields fields, string key, bool isMeant, string what)
    {
        if (!isMeant && fields.Has(key))
            fields.Error(key, $"'{key}' is for {what}");
    }
}
