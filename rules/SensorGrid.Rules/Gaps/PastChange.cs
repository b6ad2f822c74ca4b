using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Gaps;

/// <summary>A change that late readings brought to light, in snapshots.</summary>
internal static class PastChange
{
    /// <summary>Least bytes that one takes.</summary>
    public const int LeastBytes = 27;

    public static void Write(SnapshotWriter writer, in ConditionChange change)
    {
        writer.Byte((byte)change.From);
        writer.Byte((byte)change.To);
        writer.Int64(change.OnsetTicks);
        writer.Int64(change.AtTicks);
        writer.Double(change.Value);
        writer.Byte(change.LimitsInForce is null ? (byte)0 : (byte)1);
        for (int level = 1; level <= 4 && change.LimitsInForce is not null; level++)
            writer.Double(change.LimitsInForce.Of(level) ?? double.NaN);
    }

    public static ConditionChange Read(ref SnapshotReader reader, ConditionScope scope)
    {
        var change = new ConditionChange(
            scope, (Level)reader.Byte(), (Level)reader.Byte(), reader.Int64(), reader.Int64(), reader.Double(), double.NaN, double.NaN, IsRetrospective: true, LogTimeTicks: 0);
        return reader.Byte() == 0 ? change : change with { LimitsInForce = new LevelLimits(Limit(ref reader), Limit(ref reader), Limit(ref reader), Limit(ref reader)) };
    }

    private static double? Limit(ref SnapshotReader reader) => reader.Double() is var limit && double.IsNaN(limit) ? null : limit;
}
