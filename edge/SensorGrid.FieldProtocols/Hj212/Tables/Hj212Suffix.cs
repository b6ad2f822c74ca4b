namespace SensorGrid.FieldProtocols.Hj212.Tables;

/// <summary>What stands behind the minus sign of a key (HJ 212-2017 table 8, and what the field adds).</summary>
/// <param name="Wire">As the standard writes it.</param>
/// <param name="Meaning">Added to the quantity's words; empty for the plain value.</param>
/// <param name="Use">What the value is for.</param>
internal sealed record Hj212Suffix(string Wire, string Meaning, Hj212SuffixUse Use)
{
    // Suffixes are told apart in a mask, so at most 64.
    private static readonly Hj212Suffix[] All =
    [
        new("Rtd", "", Hj212SuffixUse.Value),
        new("Min", "least", Hj212SuffixUse.Value),
        new("Avg", "mean", Hj212SuffixUse.Value),
        new("Max", "greatest", Hj212SuffixUse.Value),
        new("ZsRtd", "corrected", Hj212SuffixUse.Value),
        new("ZsMin", "corrected, least", Hj212SuffixUse.Value),
        new("ZsAvg", "corrected, mean", Hj212SuffixUse.Value),
        new("ZsMax", "corrected, greatest", Hj212SuffixUse.Value),
        new("Cou", "amount", Hj212SuffixUse.Amount),
        new("Flag", "", Hj212SuffixUse.Mark),
        new("EFlag", "mark of the maker", Hj212SuffixUse.Text),
        new("SampleTime", "", Hj212SuffixUse.SampleTime),
        new("RS", "run state", Hj212SuffixUse.Unitless),
        new("RT", "run hours", Hj212SuffixUse.Hours),
        new("Data", "", Hj212SuffixUse.Value),
        new("DayData", "by day", Hj212SuffixUse.Value),
        new("NightData", "by night", Hj212SuffixUse.Value),
        new("Info", "", Hj212SuffixUse.Value),
        new("SN", "serial number", Hj212SuffixUse.Text),
        new("Ala", "at the alarm", Hj212SuffixUse.Value),
        new("LowValue", "lower alarm limit", Hj212SuffixUse.Value),
        new("UpValue", "upper alarm limit", Hj212SuffixUse.Value),
        new("SampleRd", "result of the sample", Hj212SuffixUse.Value),
        new("StandardValue", "value of the standard sample", Hj212SuffixUse.Value),
        new("ResultType", "kind of result", Hj212SuffixUse.Unitless),
        new("ValidNum", "number of valid values", Hj212SuffixUse.Unitless),
        new("TotalNum", "number of values", Hj212SuffixUse.Unitless),
        new("Ori", "before conversion", Hj212SuffixUse.Unitless),
    ];

    /// <summary>Bit of this suffix in a mask.</summary>
    public ulong Bit => 1UL << Array.IndexOf(All, this);

    /// <summary>The suffix, in any case; <c>td</c> is what some dust monitors send for <c>Rtd</c>. Null when unknown.</summary>
    public static Hj212Suffix? Find(string suffix)
    {
        if (suffix.Equals("td", StringComparison.OrdinalIgnoreCase))
            return All[0];
        return Array.Find(All, known => known.Wire.Equals(suffix, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>What the value behind a suffix is for.</summary>
internal enum Hj212SuffixUse : byte
{
    /// <summary>A value in the factor's unit; a text when it is no number in a log.</summary>
    Value,

    /// <summary>An amount over the period: m³ of a flow, mass of a substance.</summary>
    Amount,

    /// <summary>Hours.</summary>
    Hours,

    /// <summary>A number without unit.</summary>
    Unitless,

    /// <summary>A text.</summary>
    Text,

    /// <summary>Data mark of the values of the same factor.</summary>
    Mark,

    /// <summary>When the factor was sampled.</summary>
    SampleTime,
}
