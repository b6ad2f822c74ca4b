namespace SensorGrid.FieldProtocols.Hj212.Tables;

/// <summary>Noise (HJ 212-2017 table B.3), and words that makers send.</summary>
internal static class Hj212NoiseFactors
{
    public static readonly (string Code, string Quantity, string Code2005, string Unit)[] Rows =
    [
        ("LA", "A-weighted sound level", "", "dB"),
        ("L5", "sound level exceeded 5 % of the time", "", "dB"),
        ("L10", "sound level exceeded 10 % of the time", "", "dB"),
        ("L50", "sound level exceeded 50 % of the time", "", "dB"),
        ("L90", "sound level exceeded 90 % of the time", "", "dB"),
        ("L95", "sound level exceeded 95 % of the time", "", "dB"),
        ("Leq", "equivalent sound level", "", "dB"),
        ("LeqT", "equivalent sound level", "", "dB"),
        ("Ldn", "equivalent sound level of day and night", "", "dB"),
        ("Ld", "equivalent sound level of the day", "", "dB"),
        ("Ln", "equivalent sound level of the night", "", "dB"),
        ("LMx", "highest sound level", "", "dB"),
        ("Lmax", "highest sound level", "", "dB"),
        ("LMn", "lowest sound level", "", "dB"),
        ("Lmin", "lowest sound level", "", "dB"),
        ("SD", "standard deviation of the sound level", "", "dB"),
    ];
}
