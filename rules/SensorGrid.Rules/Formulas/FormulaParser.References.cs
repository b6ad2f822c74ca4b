using SensorGrid.Readings.Time;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Formulas;

// What does not come from the datastream that the rule watches:
//   value = call [ "of" other [ "within" duration ] ] | "limit" "(" level ")"
//   other = a quantity at the same station or asset, or gateway/name, or "this" | [ "max" | "min" ] ( "upstream" | "downstream" | "neighbour" ) quantity
internal sealed partial class FormulaParser
{
    private FormulaNode Referenced(CallNode call)
    {
        if (TakeWord("of") is null)
            return call;
        string other = Other();
        if (other == "this")
            return call;
        return new ReferenceNode(call.Offset, call.Call, other, TakeWord("within") is null ? 0 : Within());
    }

    private string Other()
    {
        SkipSpaces();
        int start = at;
        string first = TakeOther();
        if (first.Length == 0)
            throw Broken("'of' needs a quantity of the same station or asset, a datastream as gateway/name, or a direction and a quantity, as upstream level");
        string? pick = RelatedName.Picks.Contains(first) ? first : null;
        int directionAt = start;
        if (pick is not null)
        {
            SkipSpaces();
            directionAt = at;
            first = TakeOther();
            if (first.Length == 0)
                throw Broken($"'{pick}' needs a direction and a quantity behind it, as {pick} upstream level");
        }
        string? quantity = QuantityBehind();
        if (RelatedName.Directions.Contains(first))
            return quantity is null ? throw Broken($"'{first}' needs a quantity behind it, as {first} level") : new RelatedName(pick, first, quantity).ToString();
        if (pick is null && quantity is null)
            return first;
        string hint = DidYouMean.Hint(first, RelatedName.Directions);
        problems.Add(new(directionAt, $"'{first}' is not a direction; {string.Join(", ", RelatedName.Directions)} can stand before a quantity{hint}"));
        return first;
    }

    // Datastreams along the network are named by two words. A word that goes on with the formula is none of them.
    private string? QuantityBehind()
    {
        int start = at;
        SkipSpaces();
        string next = TakeOther();
        if (next.Length > 0 && char.IsLetter(next[0]) && next is not ("and" or "or" or "within"))
            return next;
        at = start;
        return null;
    }

    private string TakeOther()
    {
        int start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.' or '/' or ':'))
            at++;
        return text[start..at];
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
