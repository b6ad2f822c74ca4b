using System.Globalization;
using SensorGrid.Readings.Time;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Formulas;

// A function's window and its argument:
//   function = ("sum" | "avg" | …) "(" window ")" | "rate" "(" window [ "," per ] ")" | "coverage" "(" window [ "," interval ] ")"
//            | "increase" "(" window [ "," wraps-at ] ")" | "quantile" "(" window "," share ")"
internal sealed partial class FormulaParser
{
    private CallNode Window(int start, string name, ValueFunction function)
    {
        Expect('(');
        var call = WindowOf(name) with { Function = function, PerTicks = function == ValueFunction.Rate ? TimeSpan.TicksPerHour : 0 };
        SkipSpaces();
        if (at < text.Length && text[at] == ',')
        {
            if (function is not (ValueFunction.Rate or ValueFunction.Coverage or ValueFunction.Increase or ValueFunction.Quantile))
                throw Broken($"'{name}' has one argument, its window");
            at++;
            call = WithArgument(call, name);
        }
        else if (function == ValueFunction.Quantile)
        {
            problems.Add(new(start, "'quantile' needs which one behind its window, from 0 to 1: quantile(1h, 0.95)"));
        }
        Expect(')');
        return new(start, call);
    }

    private ValueExpression WindowOf(string function)
    {
        SkipSpaces();
        int start = at;
        string raw = TakeRaw();
        if (WindowText.TryParse(raw, out var window))
            return window;
        problems.Add(new(start, $"'{raw}' in '{function}(…)' is not a window; it is {WindowText.Rule}"));
        return new(default, TimeSpan.TicksPerHour);
    }

    private ValueExpression WithArgument(ValueExpression call, string name)
    {
        SkipSpaces();
        int start = at;
        string raw = TakeRaw();
        if (call.Function is ValueFunction.Rate or ValueFunction.Coverage)
        {
            if (DurationText.TryParse(raw, out var duration) && duration > TimeSpan.Zero && duration <= TimeSpan.FromDays(366))
                return call with { PerTicks = duration.Ticks };
            problems.Add(new(start, $"'{raw}' in '{name}(…)' is not a duration up to a year: {DurationText.Rule}"));
            return call;
        }
        bool isNumber = double.TryParse(raw, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
        if (call.Function == ValueFunction.Quantile && !(isNumber && number is >= 0 and <= 1))
            problems.Add(new(start, $"'{raw}' in 'quantile(…)' is not a share from 0 to 1, as 0.95"));
        if (call.Function == ValueFunction.Increase && !(isNumber && number > 0))
            problems.Add(new(start, $"'{raw}' in 'increase(…)' is not the value at which the counter begins again: a number above 0, in the unit of the readings"));
        return call with { Argument = number };
    }
}
