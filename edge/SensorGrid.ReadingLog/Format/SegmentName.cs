using System.Globalization;

namespace SensorGrid.ReadingLog.Format;

/// <summary>Segment files are named by the first sequence they may hold, in 20 digits, so that the order of names is the order of records.</summary>
internal static class SegmentName
{
    public const string Extension = ".segment";

    /// <summary>A segment that was made beforehand and has no number yet. Not a segment's name, so whoever reads a folder passes over it.</summary>
    public const string Prepared = "next.prepared";

    private const int Digits = 20;

    public static string Of(long firstSequence) => firstSequence.ToString("D20", CultureInfo.InvariantCulture) + Extension;

    public static bool TryParse(string name, out long firstSequence)
    {
        firstSequence = 0;
        return name.Length == Digits + Extension.Length
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out firstSequence)
            && firstSequence > 0;
    }
}
