using System.Diagnostics.Metrics;

namespace SensorGrid.ReadingLog;

/// <summary>Counters of reading logs, one method per verb. One instance serves all logs of a process; the tag <c>log</c> tells them apart
/// (<see cref="For"/>).</summary>
public sealed class ReadingLogMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "SensorGrid.ReadingLog";

    private readonly Instruments instruments;
    private readonly KeyValuePair<string, object?> tag;
    private readonly bool owner;

    /// <summary>For logs that are not given one of their own: a meter lives as long as the process, so it is made once.</summary>
    public static ReadingLogMetrics Default { get; } = new();

    /// <summary>Makes the meter.</summary>
    public ReadingLogMetrics()
        : this(new Instruments(new Meter(MeterName)), "readings", owner: true)
    {
    }

    private ReadingLogMetrics(Instruments instruments, string log, bool owner)
    {
        this.instruments = instruments;
        this.owner = owner;
        tag = new("log", log);
    }

    /// <summary>The same instruments for a log of another name.</summary>
    public ReadingLogMetrics For(string log) => new(instruments, log, owner: false);

    internal Meter Meter => instruments.Meter;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (owner)
            instruments.Meter.Dispose();
    }

    internal void GroupCommitted(long records, long bytes, TimeSpan duration)
    {
        instruments.RecordsAppended.Add(records, tag);
        instruments.BytesAppended.Add(bytes, tag);
        instruments.CommitDuration.Record(duration.TotalSeconds, tag);
    }

    internal void CommitSlow() => instruments.CommitsSlow.Add(1, tag);

    internal void AppendWaited() => instruments.AppendsWaited.Add(1, tag);

    internal void AppendRefused() => instruments.AppendsRefused.Add(1, tag);

    internal void RecordsCorrupted(long records) => instruments.RecordsCorrupted.Add(records, tag);

    internal void TailCut(long bytes)
    {
        instruments.TailsCut.Add(1, tag);
        instruments.TailBytesCut.Add(bytes, tag);
    }

    internal void HeaderDamaged() => instruments.HeadersDamaged.Add(1, tag);

    internal void SegmentMissing() => instruments.SegmentsMissing.Add(1, tag);

    internal void SegmentRolled(TimeSpan pause)
    {
        instruments.SegmentsCreated.Add(1, tag);
        instruments.RollDuration.Record(pause.TotalSeconds, tag);
    }

    internal void SegmentPrepared() => instruments.SegmentsPrepared.Add(1, tag);

    internal void PreparationFailed() => instruments.PreparationsFailed.Add(1, tag);

    internal void SegmentTrimmed() => instruments.SegmentsTrimmed.Add(1, tag);

    internal void DiskFilled() => instruments.DisksFilled.Add(1, tag);

    internal void StorageFailed() => instruments.StoragesFailed.Add(1, tag);

    private sealed class Instruments(Meter meter)
    {
        public Meter Meter => meter;

        public Counter<long> RecordsAppended { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.records.appended", "{record}", "Records made durable.");

        public Counter<long> BytesAppended { get; } = meter.CreateCounter<long>("sensorgrid.readinglog.bytes.appended", "By", "Bytes made durable.");

        public Histogram<double> CommitDuration { get; } =
            meter.CreateHistogram<double>("sensorgrid.readinglog.commit.completed", "s", "Write and sync of a group of records.");

        public Counter<long> CommitsSlow { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.commits.slow", "{commit}", "Groups whose write and sync took longer than a disk that is well needs.");

        public Counter<long> AppendsWaited { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.appends.waited", "{append}", "Appends that waited because the queue was full.");

        public Counter<long> AppendsRefused { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.appends.refused", "{append}", "Appends refused because too many were waiting.");

        public Counter<long> RecordsCorrupted { get; } = meter.CreateCounter<long>(
            "sensorgrid.readinglog.records.corrupted", "{record}", "Records that had been synced and could not be read (each time somebody tried).");

        public Counter<long> TailsCut { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.tails.cut", "{tail}", "Torn places left out at opening; what stood there was not acknowledged.");

        public Counter<long> TailBytesCut { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.tail_bytes.cut", "By", "Bytes of torn places left out at opening.");

        public Counter<long> HeadersDamaged { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.headers.damaged", "{segment}", "Segments with both headers damaged.");

        public Counter<long> SegmentsMissing { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.segments.missing", "{segment}", "Segments missing between others.");

        public Counter<long> SegmentsCreated { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.segments.created", "{segment}", "Segments made.");

        public Histogram<double> RollDuration { get; } =
            meter.CreateHistogram<double>("sensorgrid.readinglog.segment.rolled", "s", "Pause of the writer while it goes on to a new segment.");

        public Counter<long> SegmentsPrepared { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.segments.prepared", "{segment}", "Segment files made ready before they were needed.");

        public Counter<long> PreparationsFailed { get; } = meter.CreateCounter<long>(
            "sensorgrid.readinglog.preparations.failed", "{segment}", "Segment files that could not be made ready beforehand; they are made when they are needed.");

        public Counter<long> SegmentsTrimmed { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.segments.trimmed", "{segment}", "Segments deleted because nobody needs them.");

        public Counter<long> DisksFilled { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.disk.filled", "{time}", "Times the disk was found full and appends were held.");

        public Counter<long> StoragesFailed { get; } =
            meter.CreateCounter<long>("sensorgrid.readinglog.storage.failed", "{failure}", "Failures after which nothing is acknowledged.");
    }
}
