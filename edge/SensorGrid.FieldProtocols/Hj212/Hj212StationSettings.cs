namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Who a station is and how it speaks.</summary>
public sealed record Hj212StationSettings
{
    /// <summary>Device id, 1 to 64 signs.</summary>
    public required string Mn { get; init; }

    /// <summary>System code: 32, outfalls and sewage works.</summary>
    public string St { get; init; } = "32";

    /// <summary>Password: everybody's.</summary>
    public string Pw { get; init; } = "123456";

    /// <summary>Edition it speaks: 2017, which most centres do.</summary>
    public Hj212Edition Edition { get; init; } = Hj212Edition.Hj2017;

    /// <summary>Encrypts what 2025 encrypts; null for none.</summary>
    public Sm4? Cipher { get; init; }

    /// <summary>Wants an answer to each upload, and keeps it until then. Off: an upload is gone once it is sent.</summary>
    public bool WantsAnswers { get; init; } = true;

    /// <summary>Wants an answer to the data of a query too. Off, as in the standard's examples; on where the line loses packets.</summary>
    public bool WantsAnswersToQueries { get; init; }

    /// <summary>How long an answer is awaited: 10 s, the standard's for mobile networks. A centre can change it (1000).</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a packet is sent again before the connection counts as dead: 3. A centre can change it (1000).</summary>
    public int Resends { get; init; } = 3;
}
