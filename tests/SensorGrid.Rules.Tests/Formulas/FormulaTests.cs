using CsCheck;
using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Formulas;

public sealed class FormulaTests
{
    private static readonly Gen<(string Text, double Value)> Number = Gen.Int[0, 12].Select(number => ($"{number}", (double)number));

    // What the text says is worked out beside it, so reader and program cannot share one misreading with this test.
    private static readonly Gen<(string Text, double Value)> Formula = Gen.Recursive<(string Text, double Value)>((depth, inner) => depth == 4 ? Number : Gen.OneOf(
        Number,
        Gen.Select(inner, inner).Select((left, right) => ($"({left.Text} + {right.Text})", left.Value + right.Value)),
        Gen.Select(inner, inner).Select((left, right) => ($"({left.Text}-{right.Text})", left.Value - right.Value)),
        Gen.Select(inner, inner).Select((left, right) => ($"({left.Text} *{right.Text})", left.Value * right.Value)),
        Gen.Select(inner, inner).Select((left, right) => ($"({left.Text}/ {right.Text})", left.Value / right.Value)),
        Gen.Select(inner, inner, inner).Select((one, two, three) => ($"max({one.Text}, {two.Text}, {three.Text})", Math.Max(Math.Max(one.Value, two.Value), three.Value))),
        Gen.Select(inner, inner).Select((left, right) => ($"min({left.Text},{right.Text})", Math.Min(left.Value, right.Value))),
        inner.Select(value => ($"-{value.Text}", -value.Value)),
        inner.Select(value => ($"abs({value.Text})", Math.Abs(value.Value)))));

    [Theory]
    [InlineData("last * 2 + 1 m", 7)]
    [InlineData("1 m + last * 2", 7)]
    [InlineData("(1 m + last) * 2", 8)]
    [InlineData("8 m - last - 1 m", 4)]
    [InlineData("12 m / 2 / 3", 2)]
    [InlineData("-last + 1 m", -2)]
    [InlineData("3 m/2", 1.5)]
    [InlineData("last / 2 m", 1.5)]
    [InlineData("min(last, 2 m, 5 m)", 2)]
    [InlineData("max(last, 2 m)", 3)]
    [InlineData("abs(last - 4 m)", 1)]
    [InlineData("convert(last, cm)", 300)]
    [InlineData("convert(last, cm) + 1 cm", 301)]
    [InlineData("last > 3 m", 0)]
    [InlineData("last >= 3 m", 1)]
    [InlineData("last < 3 m or last == 3 m", 1)]
    [InlineData("last != 3 m", 0)]
    [InlineData("last > 1 m and last < 5 m", 1)]
    [InlineData("not last > 1 m or last > 2 m and last > 2.5 m", 1)]
    [InlineData("not (last > 1 m or last > 9 m)", 0)]
    public void Is_worked_out_as_people_read_it(string text, double expected) => Assert.Equal(expected, Run(text, last: 3));

    [Theory]
    [InlineData("last / 0", double.NaN)]
    [InlineData("last + max(1h)", double.NaN)]
    [InlineData("max(1h) > 1 m", double.NaN)]
    [InlineData("max(1h) > 1 m and last > 9 m", 0)]
    [InlineData("max(1h) > 1 m and last > 1 m", double.NaN)]
    [InlineData("last > 1 m or max(1h) > 1 m", 1)]
    [InlineData("max(1h) > 1 m or last > 9 m", double.NaN)]
    public void What_is_not_known_stays_unknown_unless_it_does_not_matter(string text, double expected) => Assert.Equal(expected, Run(text, last: 3));

    [Fact]
    public void Any_formula_gives_what_its_text_says() => Formula.Sample(formula =>
    {
        double expected = double.IsFinite(formula.Value) ? formula.Value : double.NaN;
        Assert.Equal(expected, Run(formula.Text, last: 3));
    });

    [Fact]
    public void No_text_makes_the_reader_fail() => Gen.Char["lastmxin(),.0123456789 hd+-*/<>=%\"°é"].Array[0, 40].Sample(signs =>
    {
        string text = new(signs);
        var (root, problems) = FormulaParser.Parse(text);
        Assert.Equal(root is null, problems.Count > 0);
        Assert.All(problems, problem => Assert.InRange(problem.Offset, 0, text.Length));
        if (root is not null)
            FormulaProgram.Compile(root, "m");
    });

    [Theory]
    [InlineData("lst + 1 m", "0: 'lst' is not a function; did you mean 'last'?; see value-expressions.md for all")]
    [InlineData("last + 1 metr", "9: 'metr' is not a unit of SenML")]
    [InlineData("last + 1 Mm", "9: 'Mm' is not a unit of SenML; did you mean 'mm'?")]
    [InlineData("last +", "6: something is missing at the end: a number, last, or a function like avg(10min)")]
    [InlineData("(last", "5: ')' is missing at the end")]
    [InlineData("last last", "5: 'last' is left over; an operator is missing before it, or a bracket")]
    [InlineData("1 m < last < 2 m", "11: two comparisons in a row; write 'a < b and b < c'")]
    [InlineData("avg + 1 m", "4: 'avg' needs a window in brackets, as avg(10min)")]
    [InlineData("min(last)", "0: 'min' takes a window, min(1h), or several values, min(last, 3 m)")]
    [InlineData("avg(1h, 2h)", "6: 'avg' has one argument, its window")]
    [InlineData("avg(0s) > 1.2.3 m", "4: '0s' in 'avg(…)' is not a window; it is a duration up to a year: a number with ms, s, min, h or d (30s, 15min, 1h30min, 2d), or ISO 8601 (PT15M); or hour, day, hydrological day, meteorological day, each also as previous …", "10: '1.2.3' is not a number")]
    [InlineData("quantile(1h)", "0: 'quantile' needs which one behind its window, from 0 to 1: quantile(1h, 0.95)")]
    [InlineData("quantile(1h, 95)", "13: '95' in 'quantile(…)' is not a share from 0 to 1, as 0.95")]
    [InlineData("increase(1h, 0)", "13: '0' in 'increase(…)' is not the value at which the counter begins again: a number above 0, in the unit of the readings")]
    [InlineData("coverage(1h, often)", "13: 'often' in 'coverage(…)' is not a duration up to a year: a number with ms, s, min, h or d (30s, 15min, 1h30min, 2d), or ISO 8601 (PT15M)")]
    [InlineData("coverage(1h) > 0.5 m", "13: one side is a plain number, the other in 'm'; write the unit behind the number, as 3 m")]
    [InlineData("increase(1h) > 3", "13: one side is in 'm', the other a plain number; write the unit behind the number, as 3 m")]
    [InlineData("stddev(1h, 2)", "9: 'stddev' has one argument, its window")]
    [InlineData("sum(week)", "4: 'week' in 'sum(…)' is not a window; it is a duration up to a year: a number with ms, s, min, h or d (30s, 15min, 1h30min, 2d), or ISO 8601 (PT15M); or hour, day, hydrological day, meteorological day, each also as previous …")]
    [InlineData("foo(1h) + bar(2h) + 3 qux", "0: 'foo' is not a function; see value-expressions.md for all", "10: 'bar' is not a function; see value-expressions.md for all", "22: 'qux' is not a unit of SenML")]
    [InlineData("last + 1", "5: one side is in 'm', the other a plain number; write the unit behind the number, as 3 m")]
    [InlineData("last + 1 cm", "5: one side is in 'm', the other in 'cm'; write convert(…, m)")]
    [InlineData("count(1h) > 3 m", "10: one side is a plain number, the other in 'm'; write the unit behind the number, as 3 m")]
    [InlineData("delta(1h) > 3", "10: one side is in 'm', the other a plain number; write the unit behind the number, as 3 m")]
    [InlineData("last > rate(1h)", "5: one side is in 'm', the other in 'm/h'")]
    [InlineData("last * last", "5: 'm' times 'm' has no unit; one of both must be a plain number")]
    [InlineData("2 / last", "2: a plain number by 'm' has no unit; divide by a plain number or by the same unit")]
    [InlineData("convert(last, s)", "0: in 'm' cannot be converted to 's'")]
    [InlineData("last and last > 1 m", "5: 'and' joins comparisons; this is in 'm'")]
    [InlineData("not last", "0: 'not' needs a comparison; this is in 'm'")]
    [InlineData("(last > 1 m) * 2", "13: true or false cannot be calculated with or compared")]
    [InlineData("(last + 1 cm) * 2 > last + 3 s", "6: one side is in 'm', the other in 'cm'; write convert(…, m)", "25: one side is in 'm', the other in 's'")]
    public void Says_all_that_is_wrong_and_where(string text, params string[] expected)
    {
        var (root, problems) = FormulaParser.Parse(text);
        if (root is not null)
            problems = FormulaProgram.Compile(root, "m").Problems;
        Assert.Equal(expected, problems.Select(problem => $"{problem.Offset}: {problem.Text}"));
    }

    [Fact]
    public void Length_and_depth_are_bounded()
    {
        Assert.Single(FormulaParser.Parse(new string('1', FormulaParser.MaxLength + 1)).Problems);
        int deepest = FormulaParser.MaxDepth - 1;
        Assert.NotNull(FormulaParser.Parse(new string('(', deepest) + "last" + new string(')', deepest)).Root);
        Assert.Null(FormulaParser.Parse(new string('(', deepest + 1) + "last" + new string(')', deepest + 1)).Root);
        Assert.Null(FormulaParser.Parse(new string('-', deepest + 1) + "last").Root);
    }

    [Fact]
    public void The_deepest_formula_fits_the_stack_of_its_program()
    {
        string text = "1";
        for (int depth = 1; depth < FormulaParser.MaxDepth && text.Length < FormulaParser.MaxLength - 10; depth++)
            text = $"min(1, 1 + 2 * {text})";
        Assert.Equal(1, Run(text, last: 0));
    }

    [Fact]
    public void A_swing_raises_and_clears_as_readings_leave_the_window()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("swing", "value: max(60s) - min(60s), unit: m, levels: { yellow: 2 }")));
        Assert.Empty(rig.Engine.Messages);
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 10, 2.5).Read("gw/stage", 20, 3).Tick(100);
        Assert.Equal(["20 swing gw/stage none>yellow onset=20", "60 swing gw/stage yellow>none onset=20"], rig.Lines);
        Assert.Equal("m", rig.Changes[0].Scope.Unit);
    }

    [Fact]
    public void Two_conditions_must_hold_at_once()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("both", "value: 'last > 3 m and rate(60s) > 30 m/h', levels: { red: 1 }")));
        Assert.Empty(rig.Engine.Messages);
        rig.Read("gw/stage", 0, 2.9).Read("gw/stage", 60, 3.1).Read("gw/stage", 120, 4);
        Assert.Equal(["120 both gw/stage none>red onset=120"], rig.Lines);
    }

    [Fact]
    public void Units_are_checked_against_the_catalogue_when_the_rule_gives_none()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", "value: last + 1 mm, levels: { red: 1 }")));
        Assert.Equal(
            ["rules.yaml:2:104: rule 't' watches 'gw/stage' in 'm': one side is in 'm', the other in 'mm'; write convert(…, m)"],
            rig.Engine.Messages.Select(message => message.ToString()));
    }

    [Fact]
    public void Evaluating_allocates_nothing()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", "value: 'max(9s) - min(9s) > 5 m and convert(avg(9s), cm) > 100 cm', levels: { red: 1 }")));
        var output = new List<ConditionChange>();
        long before = 0;
        for (int second = 0; second < 200; second++)
        {
            if (second == 100)
                before = GC.GetAllocatedBytesForCurrentThread();
            var reading = Some.Reading(0, second % 4, second);
            rig.Engine.OnReadings(Some.TicksAfter(second), new ReadOnlySpan<Reading>(in reading), output);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static double Run(string text, double last)
    {
        var (root, problems) = FormulaParser.Parse(text);
        Assert.True(root is not null, $"{text}: {string.Join("; ", problems)}");
        var (program, misfits) = FormulaProgram.Compile(root, "m");
        Assert.True(program is not null, $"{text}: {string.Join("; ", misfits)}");
        return program.Run([.. program.Inputs.Select(input => input.Call.WindowTicks == 0 ? last : double.NaN)]);
    }
}
