using System.Globalization;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Time;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Windows;

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

    /// <summary>Whether so many readings lie in the window that the oldest of them must leave early. Of a smallest or largest value few are kept, however many there are.</summary>
    /// <returns>What follows from it, or null; null too where the catalogue does not say how often the datastream is heard.</returns>
    public static string? CrowdOf(ValueExpression call, DatastreamDefinition of)
    {
        long readings = WindowRoom.ReadingsIn(call, of.ExpectedInterval);
        int room = WindowRoom.Within(call);
        if (readings <= room)
            return null;
        var interval = of.ExpectedInterval.GetValueOrDefault();
        // The others of the rule took what there was.
        bool isLate = call.MostReadings < WindowRoom.Of(call, interval);
        string why = isLate ? $"those of this rule together have room for {WindowRoom.MostOfRule}: this one holds" : "a window holds";
        string what = isLate ? "a shorter window, or let the rule watch fewer datastreams" : "a shorter window";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{call} of '{of.Id}' looks at {readings} readings (one each {DurationText.Format(interval)}), and {why} the newest {room}, those of {DurationText.Format(interval * room)}; take {what}");
    }
}
