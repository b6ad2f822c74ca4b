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
        string name = ValueFunctions.NameOf(expression.Function);
        string window = DurationText.Format(TimeSpan.FromTicks(expression.WindowTicks));
        bool perHour = expression.Function != ValueFunction.Rate || expression.PerTicks == TimeSpan.TicksPerHour;
        return perHour ? $"{name}({window})" : $"{name}({window}, {DurationText.Format(TimeSpan.FromTicks(expression.PerTicks))})";
    }
}
