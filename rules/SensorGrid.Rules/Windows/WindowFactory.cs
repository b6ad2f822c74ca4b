using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Windows;

/// <summary>Which window works out which function.</summary>
internal static class WindowFactory
{
    /// <returns>Null for the newest value, which needs no window.</returns>
    public static IWindow? Create(ValueExpression expression) => expression switch
    {
        { Function: ValueFunction.Last } => null,
        { Window: WindowKind.PreviousAligned } => new PreviousPeriodWindow(expression),
        { Window: WindowKind.Aligned } => new RunningPeriodWindow(expression),
        _ => CreateWithin(expression),
    };

    /// <summary>The window of readings alone, without what hours and days need at their boundaries.</summary>
    public static IWindow CreateWithin(ValueExpression expression)
    {
        int room = WindowRoom.Within(expression);
        return expression.Function switch
        {
            ValueFunction.Increase => new IncreaseWindow(expression, room),
            ValueFunction.StandardDeviation => new DeviationWindow(expression, room),
            ValueFunction.Quantile => new QuantileWindow(expression, room),
            ValueFunction.Coverage => new CoverageWindow(expression, room),
            _ => new SlidingWindow(expression, room),
        };
    }
}
