using System.Runtime.InteropServices;
using SensorGrid.Readings;

namespace SensorGrid.Storage.Hot;

/// <summary>A reading in the hot table, but for its datastream (kept apart, so that looking for one goes through four bytes a row) and the
/// latitude of a position. 40 bytes.</summary>
/// <param name="ObservedAtTicks">When it was true: UTC ticks.</param>
/// <param name="ReceivedAtTicks">When ingest got it: UTC ticks, whole microseconds.</param>
/// <param name="Bits">The value, or the <see cref="HotTexts"/> handle of a text.</param>
/// <param name="Sequence">Log record it came in.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="Quality">How far it may be trusted.</param>
/// <param name="Unit">Number of the unit.</param>
/// <param name="Flags">How it came.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct HotRow(
    long ObservedAtTicks, long ReceivedAtTicks, long Bits, long Sequence, ReadingKind Kind, Quality Quality, byte Unit, ReadingFlags Flags)
{
    /// <summary>The value; 0 for a text.</summary>
    public double Value => Kind == ReadingKind.Text ? 0 : BitConverter.Int64BitsToDouble(Bits);
}
