using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Windows;

/// <summary>Where the window that ends at a time begins: so long before, or at the last boundary of its periods. Windows exclude their start and
/// include their end, (s, t]: what a rain gauge reports at 08:00 sharp fell before, and belongs to the day that ends there.</summary>
internal readonly struct WindowSpan(ValueExpression expression)
{
    private readonly long length = expression.WindowTicks;
    private readonly long anchor = expression.AnchorTicks;
    private readonly bool isAligned = expression.Window != WindowKind.Sliding;

    public long Length => length;

    /// <summary>Readings at or before this are outside the window that ends at a time.</summary>
    public long StartAt(long end) => isAligned ? PeriodStart(end) : end - length;

    /// <summary>The first instant at which a reading is outside.</summary>
    public long LeavesAt(long observedAt) => isAligned ? PeriodStart(observedAt) + length + 1 : observedAt + length;

    // Ticks count from the year 1, so times and anchors are never negative.
    private long PeriodStart(long time) => time - 1 - ((time - 1 - anchor) % length);
}
