namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>A bottom-up merge sort: stable, which <see cref="MemoryExtensions.Sort{T}(Span{T})"/> is not, and without an allocation.</summary>
internal static class StableSort
{
    /// <summary>Sorts the first records of an array by time.</summary>
    /// <param name="records">What to sort.</param>
    /// <param name="buffer">As much room again.</param>
    /// <param name="count">How many.</param>
    /// <returns>True when the result lies in <paramref name="buffer"/>.</returns>
    public static bool ByTime(SenMlRecord[] records, SenMlRecord[] buffer, int count)
    {
        bool inBuffer = false;
        for (int width = 1; width < count; width *= 2)
        {
            for (int low = 0; low < count; low += 2 * width)
                Merge(records, buffer, low, Math.Min(low + width, count), Math.Min(low + 2 * width, count));
            (records, buffer) = (buffer, records);
            inBuffer = !inBuffer;
        }
        return inBuffer;
    }

    private static void Merge(SenMlRecord[] from, SenMlRecord[] to, int low, int middle, int high)
    {
        int left = low;
        int right = middle;
        for (int at = low; at < high; at++)
        {
            bool takeLeft = left < middle && (right >= high || from[left].ObservedAtTicks <= from[right].ObservedAtTicks);
            to[at] = from[takeLeft ? left++ : right++];
        }
    }
}
