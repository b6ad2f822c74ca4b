using System.Globalization;
using SensorGrid.Readings.Time;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads and writes value expressions, the simplest of formulas: <c>last</c>, or one function over a window.</summary>
internal static class ValueExpressionText
{
    /// <returns>The expression, or null when the text is none.</returns>
    public static ValueExpression? Parse(string text) => (FormulaParser.Parse(text).Root as CallNode)?.Call;

    public static string Format(ValueExpression expression)
    {
        if (expression.Function == ValueFunction.Last)
            return "last";
        string argument = expression.Function switch
        {
            ValueFunction.Rate when expression.PerTicks != TimeSpan.TicksPerHour => DurationText.Format(TimeSpan.FromTicks(expression.PerTicks)),
            ValueFunction.Coverage when expression.PerTicks != 0 => DurationText.Format(TimeSpan.FromTicks(expression.PerTicks)),
            ValueFunction.Quantile => Number(expression.Argument),
            ValueFunction.Increase when expression.Argument != 0 => Number(expression.Argument),
            _ => "",
        };
        string name = ValueFunctions.NameOf(expression.Function);
        string window = WindowText.Format(expression);
        return argument.Length == 0 ? $"{name}({window})" : $"{name}({window}, {argument})";
    }

    // As people write it, without an exponent: that has no place in a formula.
    private static string Number(double number) => Math.Abs(number) is < 1e15 and >= 1e-15 or 0 ? ((decimal)number).ToString(CultureInfo.InvariantCulture)
        : number.ToString("F0", CultureInfo.InvariantCulture);
}
