using System.ComponentModel.DataAnnotations;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Ingest;

/// <summary>Limits of admission, of what is kept between log and followers, and of what is remembered about senders.</summary>
public sealed record IngestOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Ingest";

    /// <summary>Largest payload of a message. 64 KiB, which is also the most that SenML decoding takes: some 1,000 readings in one pack. A larger pack would only hold up others.</summary>
    [Range(256, SenMlLimits.Payload)]
    public int MaxPayloadBytes { get; init; } = 64 * 1024;

    /// <summary>Largest report of a field protocol, all its packets together. 1 MiB, the most a record of the log has: a picture in packets.</summary>
    [Range(4096, 1 << 20)]
    public int MaxReportBytes { get; init; } = 1 << 20;

    /// <summary>Decoded records kept between log and followers; a follower further behind reads the log and decodes again, which costs
    /// more than it saves. 131,072: a second of single readings at full load, so a pause of the garbage collector or of a sealing store costs nothing;
    /// some 20 MB.</summary>
    [Range(64, 1 << 20)]
    public int RingRecords { get; init; } = 131_072;

    /// <summary>Bytes of decoded records kept (payload and 32 bytes a reading). 64 MiB bounds what a flood of large packs takes.</summary>
    [Range(1L << 20, 1L << 32)]
    public long RingBytes { get; init; } = 64L << 20;

    /// <summary>Most records a follower is handed at once. 512: large enough for one transaction to pay off, small enough to see a stop soon.</summary>
    [Range(1, 65_536)]
    public int FollowerBatchRecords { get; init; } = 512;

    /// <summary>A clock tick is written when nothing was for this long. 1 s: what on-delays and deadmen are told in.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Records that may stand before a message of backlog, received and not evaluated yet; beyond it backlog waits, and live readings go on. 20,000:
    /// some tenths of a second of evaluation, so that an alarm does not wait for whole outboxes that come back after an outage.</summary>
    [Range(100, 10_000_000)]
    public int BacklogBehindRecords { get; init; } = 20_000;

    /// <summary>Gateways remembered with their counters; further ones are served but not listed. 100,000 are some 50 MB.</summary>
    [Range(1, 10_000_000)]
    public int MaxGateways { get; init; } = 100_000;

    /// <summary>Topics whose way (gateway, datastreams) is kept; further ones are looked up each time. Three per gateway are in use.</summary>
    [Range(1, 10_000_000)]
    public int MaxTopics { get; init; } = 300_000;

    /// <summary>Refused payloads remembered for the console: one line per gateway and reason, the newest sample of each.</summary>
    [Range(1, 65_536)]
    public int RecentRejections { get; init; } = 256;

    /// <summary>Bytes shown of a refused payload. 96: enough to see the mistake, too little to carry a page.</summary>
    [Range(0, 4096)]
    public int RejectionSampleBytes { get; init; } = 96;

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate() => OptionsCheck.Of(Section, this);
}
