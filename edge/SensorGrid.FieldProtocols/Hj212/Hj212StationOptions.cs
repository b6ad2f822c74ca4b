namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>What is peculiar to a station, or holds for all that have no options of their own.</summary>
public sealed record Hj212StationOptions
{
    /// <summary>Takes packets with the true Modbus check as well, in either order of its bytes: some loggers and relays send it. Off, because each further check that fits lets more damage
    /// through.</summary>
    public bool AcceptModbusCrc { get; init; }

    /// <summary>Takes a packet whose length is wrong when the check fits the text up to the line's end; the reader lists it as a problem. On, because such
    /// loggers are common. Never for packets of a station with a <see cref="Cipher"/>, whose bytes may hold line ends.</summary>
    public bool AcceptWrongLength { get; init; } = true;

    /// <summary>Key of HJ 212-2025 with which the station encrypts; null for none.</summary>
    public Sm4? Cipher { get; init; }

    /// <summary>Password in what the station is sent (PW); null: that which it sent itself.</summary>
    public Hj212Password? Password { get; init; }

    /// <summary>Takes nothing from a station with another password than <see cref="Password"/>: it is neither kept nor answered, for the standard has no denial of an
    /// upload. Off: in most nets everybody has the same password, and many loggers send none.</summary>
    public bool CheckPassword { get; init; }

    /// <summary>Answers uploads that do not ask for it too, as some centres do. Off: the standard's way.</summary>
    public bool AnswerAll { get; init; }

    /// <summary>Repeats the packet number in the answer to a split packet, as one maker wants. Off: the standard's answer is empty.</summary>
    public bool EchoPacketNumber { get; init; }
}

/// <summary>The options of each station by its MN. Immutable, so all connections share one.</summary>
public sealed class Hj212Stations
{
    private readonly Hj212StationOptions fallback;
    private readonly Dictionary<string, Hj212StationOptions> byMn;
    private readonly Dictionary<string, Hj212StationOptions>.AlternateLookup<ReadOnlySpan<char>> lookup;

    /// <param name="fallback">For stations that are not named; null for the defaults.</param>
    /// <param name="byMn">Options of stations that need their own.</param>
    public Hj212Stations(Hj212StationOptions? fallback = null, IReadOnlyDictionary<string, Hj212StationOptions>? byMn = null)
    {
        this.fallback = fallback ?? new();
        this.byMn = byMn is null ? [] : new(byMn, StringComparer.Ordinal);
        lookup = this.byMn.GetAlternateLookup<ReadOnlySpan<char>>();
        HasCiphers = this.fallback.Cipher is not null || this.byMn.Values.Any(station => station.Cipher is not null);
    }

    /// <summary>All stations with the defaults.</summary>
    public static Hj212Stations Default { get; } = new();

    /// <summary>False when no station encrypts, so that nobody need look.</summary>
    public bool HasCiphers { get; }

    /// <summary>Options of a station.</summary>
    /// <param name="mn">Its MN as it stands in a packet.</param>
    public Hj212StationOptions Of(ReadOnlySpan<byte> mn)
    {
        const int longest = 64;
        if (byMn.Count == 0 || mn.Length > longest)
            return fallback;
        Span<char> text = stackalloc char[longest];
        for (int i = 0; i < mn.Length; i++)
            text[i] = (char)mn[i];
        return lookup.TryGetValue(text[..mn.Length], out var own) ? own : fallback;
    }
}
