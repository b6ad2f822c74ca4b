using SensorGrid.Readings.Time;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Formulas;

// What does not come from the datastream that the rule watches:
//   value = call [ "of" other [ "within" duration ] ] | "limit" "(" level ")"
//   other = a quantity at the same station or asset, or gateway/name
internal sealed partial class FormulaParser
{
    private FormulaNode Referenced(CallNode call)
    {
        if (TakeWord("of") is null)
            return call;
        SkipSpaces();
        int start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.' or '/' or ':'))
            at++;
        string other = text[start..at];
        if (other.Length == 0)
            throw Broken("'of' needs a quantity of the same station or asset, or a datastream as gateway/name");
        return new ReferenceNode(call.Offset, call.Call, other, TakeWord("within") is null ? 0 : Within());
    }

    private long Within()
    {
        SkipSpaces();
        int start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.'))
            at++;
        if (DurationText.TryParse(text.AsSpan(start, at - start), out var duration) && duration > TimeSpan.Zero && duration <= TimeSpan.FromDays(366))
            return duration.Ticks;
        problems.Add(new(start, $"'{text[start..at]}' behind 'within' is not a duration up to a year: {DurationText.Rule}"));
        return TimeSpan.TicksPerHour;
    }

    private LimitNode Limit(int start)
    {
        Expect('(');
        SkipSpaces();
        int levelAt = at;
        string name = TakeName();
        if (!LevelNames.TryParse(name, out var level))
        {
            string[] names = [.. LevelNames.Raised.Select(LevelNames.NameOf)];
            problems.Add(new(levelAt, $"'{name}' is not a level; it is one of {string.Join(", ", names)}{DidYouMean.Hint(name, names)}"));
        }
        Expect(')');
        return new(start, level);
    }
}
