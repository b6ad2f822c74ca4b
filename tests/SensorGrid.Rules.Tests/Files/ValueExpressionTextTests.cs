using CsCheck;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Tests.Files;

public sealed class ValueExpressionTextTests
{
    [Theory]
    [InlineData("last", "last")]
    [InlineData(" sum( 180min )", "sum(3h)")]
    [InlineData("avg(PT10M)", "avg(10min)")]
    [InlineData("min(90s)", "min(90s)")]
    [InlineData("max(2d)", "max(2d)")]
    [InlineData("rate(1h)", "rate(1h)")]
    [InlineData("rate(10min, 1h)", "rate(10min)")]
    [InlineData("rate(60s, 1min)", "rate(1min, 1min)")]
    [InlineData("sum(1.5s)", "sum(1.5s)")]
    [InlineData("count(60min)", "count(1h)")]
    [InlineData("delta(24h)", "delta(1d)")]
    [InlineData("increase(60min)", "increase(1h)")]
    [InlineData("increase(1h,1000)", "increase(1h, 1000)")]
    [InlineData("increase(1h, 999.9)", "increase(1h, 999.9)")]
    [InlineData("quantile(1h, .950)", "quantile(1h, 0.95)")]
    [InlineData("coverage(24h, 300s)", "coverage(1d, 5min)")]
    [InlineData("coverage(24h)", "coverage(1d)")]
    [InlineData("stddev(1h)", "stddev(1h)")]
    [InlineData("sum(hour)", "sum(hour)")]
    [InlineData("max(day)", "max(day)")]
    [InlineData("sum( previous hydrological day )", "sum(previous hydrological day)")]
    [InlineData("quantile(meteorological day, 0.5)", "quantile(meteorological day, 0.5)")]
    public void Is_written_in_its_shortest_form(string text, string written)
    {
        Assert.True(ValueExpression.TryParse(text, out var expression));
        Assert.Equal(written, expression.ToString());
    }

    [Fact]
    public void Every_expression_is_read_back_as_it_was_written() =>
        Gen.Select(Gen.Int[1, 7], Gen.Long[1, TimeSpan.TicksPerDay * 366], Gen.Long[1, TimeSpan.TicksPerDay]).Sample((function, window, per) =>
        {
            var expression = new ValueExpression((ValueFunction)function, window, function == (int)ValueFunction.Rate ? per : 0);

            Assert.True(ValueExpression.TryParse(expression.ToString(), out var read));
            Assert.Equal(expression, read);
        });

    [Theory]
    [InlineData("")]
    [InlineData("mean(1h)")]
    [InlineData("sum")]
    [InlineData("sum(1h, 1h)")]
    public void What_rule_files_refuse_is_no_expression(string text) => Assert.False(ValueExpression.TryParse(text, out _));
}
