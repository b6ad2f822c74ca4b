using System.Collections.Immutable;
using System.Globalization;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads the limits of a threshold rule: <c>levels: { yellow: 3, red: "last of crest - 0.5 m" }</c> or <c>levels: catalogue</c>, and
/// <c>dated-levels</c> for certain days of every year.</summary>
internal static class LevelsReader
{
    private static readonly ImmutableSortedDictionary<Level, ValueFormula> None = ImmutableSortedDictionary<Level, ValueFormula>.Empty;

    /// <returns>The limits that are numbers (null: those of the catalogue), those that are formulas, and those of certain days.</returns>
    public static (LevelLimits? Limits, IReadOnlyDictionary<Level, ValueFormula> Formulas, IReadOnlyList<DatedLimits> Dated) Read(
        MappingFields fields, LimitDirection direction, SourceMessages messages)
    {
        var dated = DatedLimits.Read(fields, "dated-levels", messages, item => Rising(item, direction, NumbersOf(item, None), messages));
        var formulas = fields.Find("levels") is MappingNode levels ? FormulasOf(levels, messages) : None;
        if (formulas.Count > 0)
        {
            if (fields.Has("dated-levels"))
                fields.Error("dated-levels", "'dated-levels' stand in place of numbers; a limit that is worked out holds all the year");
            var own = fields.Mapping("levels", "'levels'", required: true, [.. LevelLimits.Names])!;
            return (Rising(own, direction, NumbersOf(own, formulas), messages), formulas, dated);
        }
        if (fields.Find("levels") is ScalarNode { Value: "catalogue" } && fields.Has("dated-levels"))
            fields.Error("levels", "'dated-levels' stand beside the rule's own levels; the catalogue has 'dated-limits' of its own");
        // A rule may be for the flood season only.
        bool isDatedOnly = !fields.Has("levels") && fields.Has("dated-levels");
        return (isDatedOnly ? LevelLimitsInOrder.None : RuleFields.Levels(fields, direction), formulas, dated);
    }

    private static LevelLimits Rising(MappingFields levels, LimitDirection direction, LevelLimits limits, SourceMessages messages)
    {
        if (!limits.RiseWith(direction))
            messages.Error(levels.Node, direction == LimitDirection.Above
                ? "limits must rise from blue to red (direction: above)"
                : "limits must fall from blue to red (direction: below)");
        return limits;
    }

    private static LevelLimits NumbersOf(MappingFields levels, ImmutableSortedDictionary<Level, ValueFormula> formulas)
    {
        return new(Of(Level.Blue), Of(Level.Yellow), Of(Level.Orange), Of(Level.Red));

        double? Of(Level level) => formulas.ContainsKey(level) ? null : levels.Number(LevelNames.NameOf(level));
    }

    private static ImmutableSortedDictionary<Level, ValueFormula> FormulasOf(MappingNode levels, SourceMessages messages)
    {
        var formulas = None;
        foreach (var level in LevelNames.Raised)
        {
            if (levels.Find(LevelNames.NameOf(level)) is not ScalarNode node || !IsFormula(node))
                continue;
            var begin = ValueReader.BeginOf(node);
            var (root, problems) = FormulaParser.Parse(node.Value);
            foreach (var problem in problems)
                messages.Add((begin with { Column = begin.Column + problem.Offset }).Error(problem.Text));
            // One with a mistake has its place too, so that it is not said to be no number besides.
            formulas = formulas.Add(level, new(node.Value, root ?? new NumberNode(0, double.NaN, null), begin));
        }
        return formulas;
    }

    private static bool IsFormula(ScalarNode node) => !node.IsNull && node.Value.Any(char.IsAsciiLetter)
        && !double.TryParse(node.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
