using System.ComponentModel.DataAnnotations;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>How packets of GB/T 26875.3-2011 become readings.</summary>
public sealed record Gb26875ReaderOptions
{
    /// <summary>Systems and parts whose names a reader remembers, so that reading allocates nothing. 8,192: some 40 MiB when all are parts with
    /// every name used; more parts than that only cost time, because names are made again.</summary>
    [Range(2, 1 << 20)]
    public int MaxRememberedPoints { get; init; } = 8_192;

    /// <summary>Addresses of devices whose text a reader remembers. 65,536: some 6 MiB.</summary>
    [Range(2, 1 << 20)]
    public int MaxRememberedStations { get; init; } = 65_536;

    /// <summary>Gives the reserved bits of state words as booleans of their own too (<c>bit9</c> …), for makers that use them. False: they stand in
    /// <c>state</c> only, so that the list of datastreams is not filled with bits that are never set.</summary>
    public bool ReservedBits { get; init; }

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate() => OptionChecks.ErrorsOf(this);
}
