using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Limits for certain days of every year, as those of the flood season 汛限. On those days they stand in place of the others.</summary>
/// <param name="Period">The days.</param>
/// <param name="Name">What the period is called, or null.</param>
/// <param name="Limits">The limits.</param>
public sealed record DatedLimits(YearlyPeriod Period, LocalizedText? Name, LevelLimits Limits)
{
    /// <summary>Reads a list of <c>{ from: 04-15, to: 10-15, name: …, blue: …, … }</c>. A day has one set of limits: periods that overlap are refused.</summary>
    /// <param name="owner">What the limits are of.</param>
    /// <param name="key">Key of the list.</param>
    /// <param name="messages">Gets what is wrong.</param>
    /// <param name="limitsOf">Reads the levels of one period; null when they are wrong, which it has said.</param>
    public static IReadOnlyList<DatedLimits> Read(MappingFields owner, string key, SourceMessages messages, Func<MappingFields, LevelLimits?> limitsOf)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(limitsOf);
        if (!owner.Has(key))
            return [];
        var all = new List<(DatedLimits Limits, SourceNode Node)>();
        foreach (var item in owner.Items(key))
        {
            if (MappingFields.From(item, messages, $"an item of '{key}'", ["from", "to", "name", .. LevelLimits.Names]) is not { } fields)
                continue;
            var (from, to, limits) = (DayOf(fields, "from"), DayOf(fields, "to"), limitsOf(fields));
            if (from is null || to is null || limits is null)
                continue;
            var dated = new DatedLimits(new(from.Value, to.Value), fields.Localized("name"), limits);
            foreach (var (other, node) in all)
            {
                if (other.Period.Overlaps(dated.Period))
                    messages.Error(item, $"{dated.Period} overlaps {other.Period} at {SourcePosition.Of(node)}; a day has one set of limits");
            }
            all.Add((dated, item));
        }
        return [.. all.Select(dated => dated.Limits)];
    }

    private static MonthDay? DayOf(MappingFields fields, string key)
    {
        if (fields.Text(key, required: true) is not { } text)
            return null;
        if (MonthDay.TryParse(text, out var day))
            return day;
        fields.Error(key, $"'{key}' is a day of every year, month before day, as 04-15, not '{text}'");
        return null;
    }
}
