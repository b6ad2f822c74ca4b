using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Windows;

/// <summary>Which window works out which function.</summary>
internal static class WindowFactory
{
    /// <returns>Null for the newest value, which needs no window.</returns>
    public static IWindow? Create(ValueExpression expression) => expression.Function switch
    {
        ValueFunction.Last => null,
        _ when expression.Window == WindowKind.PreviousAligned => new PreviousPeriodWindow(expression),
        ValueFunction.Increase => new IncreaseWindow(expression),
        ValueFunction.StandardDeviation => new DeviationWindow(expression),
        ValueFunction.Quantile => new QuantileWindow(expression),
        ValueFunction.Coverage => new CoverageWindow(expression),
        _ => new SlidingWindow(expression),
    };
}
