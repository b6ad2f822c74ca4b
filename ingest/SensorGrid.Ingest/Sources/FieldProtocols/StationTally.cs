namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>Counts what one station sends. Written by its connections, read by whoever looks.</summary>
internal sealed class StationTally(string station)
{
    private readonly Lock gate = new();

    // Reasons are words of ours and of the protocols' readers, never a sender's: they are few.
    private readonly Dictionary<string, long> refused = new(StringComparer.Ordinal);
    private long good;
    private long partlyBad;
    private long heardAtTicks;
    private HeardProblem? lastProblem;

    /// <summary>A good frame came; what becomes of it is counted apart.</summary>
    public void Heard(long nowTicks)
    {
        lock (gate)
            heardAtTicks = nowTicks;
    }

    /// <summary>It was good in all its parts.</summary>
    public void Good()
    {
        lock (gate)
            good++;
    }

    /// <summary>It was kept, and some of its items cannot be read.</summary>
    public void PartlyBad(long nowTicks, string code, string? detail)
    {
        lock (gate)
        {
            partlyBad++;
            lastProblem = new(code, nowTicks, detail);
        }
    }

    /// <summary>It was none, was not kept, or nobody can read it.</summary>
    public void Refused(long nowTicks, string reason, string? detail)
    {
        lock (gate)
        {
            refused[reason] = refused.GetValueOrDefault(reason) + 1;
            lastProblem = new(reason, nowTicks, detail);
        }
    }

    /// <summary>Something that no frame is to blame for.</summary>
    public void Noted(long nowTicks, string code, string? detail)
    {
        lock (gate)
            lastProblem = new(code, nowTicks, detail);
    }

    /// <summary>What is known now.</summary>
    public HeardStation Read(int connections, IReadOnlyList<StationGap> holes)
    {
        lock (gate)
        {
            return new(
                station, connections, heardAtTicks == 0 ? null : heardAtTicks, good, partlyBad, new Dictionary<string, long>(refused, StringComparer.Ordinal), lastProblem, holes);
        }
    }
}
