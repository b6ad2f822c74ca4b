using System.ComponentModel.DataAnnotations;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Which moments the twelve slots of F4 to FC belong to, counted from the observation time that stands before them.</summary>
public enum Sl651SlotTimes : byte
{
    /// <summary>By the minute: 05 as the standard says; in 34H 00 is the end of the hour, and any other the hour that runs.</summary>
    Auto,

    /// <summary>The time of the first slot, as the standard says.</summary>
    First,

    /// <summary>The time of the last slot: the end of the hour.</summary>
    Last,

    /// <summary>A time within the hour that runs: its first slot ends five minutes after the hour began.</summary>
    RunningHour,
}

/// <summary>How the reader takes what devices do differently.</summary>
public sealed record Sl651ReaderOptions
{
    /// <summary>Slot times of stations that <see cref="StationSlotTimes"/> does not name: Auto, because both ways are in the field.</summary>
    public Sl651SlotTimes SlotTimes { get; init; } = Sl651SlotTimes.Auto;

    /// <summary>Slot times by station (ten digits).</summary>
    public IReadOnlyDictionary<string, Sl651SlotTimes> StationSlotTimes { get; init; } = new Dictionary<string, Sl651SlotTimes>();

    /// <summary>A level of nines all through (9999.999, 9999.99) is missing and no level: on, because it would pass every limit.</summary>
    public bool NinesAreMissing { get; init; } = true;

    /// <summary>Most station addresses, and most names that are not in the tables, kept in memory: 4096. At the bound the memory is emptied and filled anew: nothing is
    /// lost, a few texts are made again.</summary>
    [Range(1, 1 << 20)]
    public int MaxNames { get; init; } = 4096;

    /// <summary>Most bytes of a report in several packets: 1 MiB, what a record of the log may have.</summary>
    [Range(1, 64 << 20)]
    public int MaxJoinedBytes { get; init; } = 1 << 20;

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. OptionChecks.ErrorsOf(this),
        .. StationSlotTimes.Keys.Where(station => !Sl651Address.TryParse(station, out _))
            .Select(station => $"The field StationSlotTimes names '{station}', which is no address of ten hex digits."),
    ];
}
