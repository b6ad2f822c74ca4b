using System.ComponentModel.DataAnnotations;
using SensorGrid.ReadingLog.Format;

namespace SensorGrid.ReadingLog;

/// <summary>How a reading log keeps its records. The defaults suit the centre; an edge outbox takes smaller ones.</summary>
public sealed record ReadingLogOptions
{
    /// <summary>Folder of the log, made when missing. Holds nothing else.</summary>
    [Required]
    public required string Folder { get; init; }

    /// <summary>Tells several logs of one process apart in metrics.</summary>
    [Required]
    public string Name { get; init; } = "readings";

    /// <summary>Size of a segment file, taken from the disk when it is made. 64 MiB: a roll (below a ms) each 20 s at 20,000 readings/s, and
    /// trimming frees space in pieces that do not hurt. The next one is taken when the current one is half full. A record that is larger gets a
    /// segment of its own size.</summary>
    [Range(SegmentHeader.AreaBytes + 4096, 1 << 30)]
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>Largest payload of a payload or tick record. 1 MiB: far above any sensor message, small enough to hold many of.</summary>
    [Range(0, 256 << 20)]
    public int MaxPayloadBytes { get; init; } = 1 << 20;

    /// <summary>Largest payload of a command. 64 MiB: a catalogue of a large city, compressed, with room to spare.</summary>
    [Range(0, 256 << 20)]
    public int MaxCommandBytes { get; init; } = 64 << 20;

    /// <summary>Bytes that may stand in the queue while the group before them is being written; then appends wait. As much again is being
    /// written. 8 MiB: 1 s of 40,000 readings/s, and one write that a slow disk still does in well under a second.</summary>
    [Range(4096, 512 << 20)]
    public int QueueBytes { get; init; } = 8 << 20;

    /// <summary>Records that may stand in the queue, so that very small ones are bounded too.</summary>
    [Range(1, 1 << 20)]
    public int QueueRecords { get; init; } = 65_536;

    /// <summary>Callers that may wait for room in the queue; further ones are refused. One per connection is enough.</summary>
    [Range(1, 1 << 20)]
    public int WaitingRecords { get; init; } = 65_536;

    /// <summary>Bytes of entries (copied) that may wait for room in the queue; further ones are refused.</summary>
    [Range(0, 1 << 30)]
    public int WaitingBytes { get; init; } = 64 << 20;

    /// <summary>Least time between the starts of two group commits. 0.5 ms: on a fast disk it halves the CPU at tens of thousands of
    /// messages/s and costs them a quarter of a millisecond on average. What comes after a quiet moment, or finds the queue full, does not wait. 0 syncs
    /// at every turn.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.500")]
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(0.5);

    /// <summary>Most time between the starts of two group commits while records come in a crowd (32 in each <see cref="CommitInterval"/>), several in a
    /// row from each sender. A sender is answered once for each commit, so fewer of them cost less when everything is busy; records then wait longer for the processor than for this.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.500")]
    public TimeSpan CrowdCommitInterval { get; init; } = TimeSpan.FromMilliseconds(4);

    /// <summary>How often a full disk is tried again while appends are held.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan DiskFullRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A write and sync that takes so long is told of as a slow disk. 250 ms: a disk that is well takes a hundredth of it, and what people feel of
    /// an alarm begins there.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan SlowCommit { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true);
        return results.ConvertAll(r => r.ErrorMessage ?? r.ToString());
    }

    internal int MaxPayloadOf(ReadingLogKind kind) => kind == ReadingLogKind.Command ? MaxCommandBytes : MaxPayloadBytes;
}
