using SensorGrid.Readings.Time;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

/// <summary>Does a function have all that it needs, once the catalogue has added what it knows?</summary>
internal static class CallCheck
{
    /// <returns>What is wrong, or null.</returns>
    public static string? ProblemOf(ValueExpression call)
    {
        if (call.Function != ValueFunction.Coverage)
            return null;
        string window = WindowText.Format(call);
        if (call.PerTicks == 0)
            return $"coverage({window}) needs the interval at which readings are expected; give the datastream 'expected-interval' or write coverage({window}, 5min)";
        if (call.PerTicks <= call.WindowTicks)
            return null;
        string interval = DurationText.Format(TimeSpan.FromTicks(call.PerTicks));
        return $"coverage({window}) looks at less than one expected interval ({interval}); take a longer window";
    }
}
