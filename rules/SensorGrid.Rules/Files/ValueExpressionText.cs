using SensorGrid.Readings.Time;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads and writes value expressions:
/// <code>
/// expression = "last" | function "(" window ")" | "rate" "(" window [ "," per ] ")"
/// function   = "sum" | "avg" | "min" | "max"
/// window, per = a duration
/// </code></summary>
internal static class ValueExpressionText
{
    private const string Forms = "last, sum(3h), avg(10min), min(1h), max(1h), rate(1h) or rate(60s, 1min)";

    private static readonly Dictionary<string, ValueFunction> Functions = new(StringComparer.Ordinal)
    {
        ["sum"] = ValueFunction.Sum,
        ["avg"] = ValueFunction.Average,
        ["min"] = ValueFunction.Minimum,
        ["max"] = ValueFunction.Maximum,
        ["rate"] = ValueFunction.Rate,
    };

    /// <returns>The expression, or null and what is wrong with it.</returns>
    public static (ValueExpression? Expression, string? Problem) Parse(string text)
    {
        if (text.Trim() == "last")
            return (ValueExpression.Last, null);
        int open = text.IndexOf('(', StringComparison.Ordinal);
        string name = (open < 0 ? text : text[..open]).Trim();
        if (!Functions.TryGetValue(name, out var function))
            return (null, $"'{name}' is not a function; write {Forms}{DidYouMean.Hint(name, [.. Functions.Keys, "last"])}");
        if (open < 0 || !text.TrimEnd().EndsWith(')'))
            return (null, $"'{name}' needs a window in brackets; write {Forms}");

        string[] arguments = text.TrimEnd()[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries);
        if (arguments.Length > (function == ValueFunction.Rate ? 2 : 1))
            return (null, $"'{name}' has too many arguments; write {Forms}");
        var durations = new long[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!DurationText.TryParse(arguments[i], out var duration) || duration <= TimeSpan.Zero || duration > TimeSpan.FromDays(366))
                return (null, $"'{arguments[i]}' in '{name}(…)' is not a window; it is a duration up to a year: {DurationText.Rule}");
            durations[i] = duration.Ticks;
        }
        long per = function != ValueFunction.Rate ? 0 : durations.Length == 2 ? durations[1] : TimeSpan.TicksPerHour;
        return (new(function, durations[0], per), null);
    }

    public static string Format(ValueExpression expression)
    {
        if (expression.Function == ValueFunction.Last)
            return "last";
        string name = Functions.First(pair => pair.Value == expression.Function).Key;
        string window = DurationText.Format(TimeSpan.FromTicks(expression.WindowTicks));
        bool perHour = expression.Function != ValueFunction.Rate || expression.PerTicks == TimeSpan.TicksPerHour;
        return perHour ? $"{name}({window})" : $"{name}({window}, {DurationText.Format(TimeSpan.FromTicks(expression.PerTicks))})";
    }
}
