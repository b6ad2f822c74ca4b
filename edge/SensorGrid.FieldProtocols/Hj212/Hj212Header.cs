namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Header of a packet to be written (6.3.2, table 3), in bytes so that what a peer sent can go back as it came.</summary>
public readonly ref struct Hj212Header
{
    /// <summary>For <c>with</c>-like use of the other members.</summary>
    public Hj212Header()
    {
    }

    /// <summary>Request number; empty for none.</summary>
    public ReadOnlySpan<byte> Qn { get; init; } = default;

    /// <summary>System code; empty for none.</summary>
    public ReadOnlySpan<byte> St { get; init; } = default;

    /// <summary>Command code, 1000 to 9999.</summary>
    public int Command { get; init; } = 0;

    /// <summary>Password; may be empty.</summary>
    public ReadOnlySpan<byte> Pw { get; init; } = default;

    /// <summary>Whether there is a password at all.</summary>
    public bool HasPassword { get; init; } = true;

    /// <summary>Device id; empty for none.</summary>
    public ReadOnlySpan<byte> Mn { get; init; } = default;

    /// <summary>Flag; null for none, as 2005 has it. The split bit is set or cleared by the writer, as there are packet numbers or not.</summary>
    public Hj212Flag? Flag { get; init; } = default;

    /// <summary>Number of packets; 0 when the report is one packet.</summary>
    public int PacketCount { get; init; } = 0;

    /// <summary>Which of them, from 1.</summary>
    public int PacketNumber { get; init; } = 0;
}
