namespace SensorGrid.Storage.Hot;

/// <summary>How full the hot table is.</summary>
/// <param name="ActiveRows">Rows that the next seal would take.</param>
/// <param name="ActiveTextBytes">Bytes of their texts.</param>
/// <param name="Rows">All rows in memory.</param>
/// <param name="TextBytes">Bytes of their texts.</param>
/// <param name="ActiveSince">Timestamp of the first record that the next seal would take.</param>
/// <param name="HasFrozen">A seal is under way or has failed.</param>
internal readonly record struct HotFill(
    long ActiveRows, long ActiveTextBytes, long Rows, long TextBytes, long? ActiveSince, bool HasFrozen);
