using Microsoft.Extensions.Logging;
using SensorGrid.ReadingLog.Files;
using SensorGrid.ReadingLog.Format;

namespace SensorGrid.ReadingLog.Segments;

/// <summary>The segment files of a folder, checked to belong together by what their headers say.</summary>
internal sealed record SegmentSet(IReadOnlyList<SegmentHeader> Headers, Guid? LogId)
{
    public static SegmentSet Read(IReadingLogDirectory directory, ILogger logger, ReadingLogMetrics metrics)
    {
        var names = new List<long>();
        foreach (string name in directory.List())
        {
            if (SegmentName.TryParse(name, out long first))
                names.Add(first);
        }
        names.Sort();
        var read = names.ConvertAll(first => ReadHeader(directory, first));
        Guid? logId = read.FirstOrDefault(h => h is not null)?.LogId;
        var headers = new List<SegmentHeader>(names.Count);
        for (int i = 0; i < names.Count; i++)
        {
            long previous = i == 0 ? 0 : names[i - 1];
            if (read[i] is { } header)
            {
                if (header.LogId != logId)
                    throw Unreadable(directory, names[i], "belongs to another log than the segments before it; move it out of the folder");
                if (i > 0 && header.PreviousFirstSequence != previous)
                {
                    Log.SegmentMissing(logger, directory.Path, SegmentName.Of(header.PreviousFirstSequence), SegmentName.Of(names[i]));
                    metrics.SegmentMissing();
                }
                headers.Add(header);
            }
            else if (i == names.Count - 1 && IsUnborn(directory, names[i]))
            {
                headers.Add(new(names[i], 0, logId ?? default, previous));
            }
            else if (logId is { } id)
            {
                // Both copies are damaged. All that records need of the header stands elsewhere.
                Log.HeaderDamaged(logger, SegmentName.Of(names[i]));
                metrics.HeaderDamaged();
                headers.Add(new(names[i], 0, id, previous));
            }
            else
            {
                throw Unreadable(directory, names[i], "has no readable header, and no other segment is there to say what log it belongs to");
            }
        }
        return new(headers, logId);
    }

    private static SegmentHeader? ReadHeader(IReadingLogDirectory directory, long first)
    {
        using var file = directory.OpenRead(SegmentName.Of(first));
        Span<byte> area = stackalloc byte[SegmentHeader.AreaBytes];
        if (!SegmentHeader.TryReadArea(area[..file.Read(0, area)], out var header, out int newerVersion))
        {
            return newerVersion == 0
                ? null
                : throw Unreadable(directory, first, $"has format version {newerVersion}; this program reads version 1: use the version that wrote it");
        }
        return header.FirstSequence == first
            ? header
            : throw Unreadable(directory, first, $"says that it is {SegmentName.Of(header.FirstSequence)}; give it back its name");
    }

    /// <summary>A crash while a segment was made leaves a file with no header; it never held a record.</summary>
    private static bool IsUnborn(IReadingLogDirectory directory, long first)
    {
        using var file = directory.OpenRead(SegmentName.Of(first));
        return SegmentScan.FindDirtyEnd(new SegmentWindow(file, file.Length), SegmentHeader.AreaBytes, file.Length) == SegmentHeader.AreaBytes;
    }

    private static ReadingLogException Unreadable(IReadingLogDirectory directory, long first, string what) =>
        new(ReadingLogFault.Unreadable, $"The reading log in {directory.Path} cannot be opened: segment {SegmentName.Of(first)} {what}.", SegmentName.Of(first));
}
