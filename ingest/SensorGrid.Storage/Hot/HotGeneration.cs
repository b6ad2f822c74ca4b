namespace SensorGrid.Storage.Hot;

/// <summary>One in-memory table of rows: it takes rows until it is frozen, is sealed into a file, and is dropped.</summary>
internal sealed class HotGeneration(long number, long afterSequence)
{
    public string TableName { get; } = $"hot_{number}";

    /// <summary>Log records above this one are in it.</summary>
    public long AfterSequence { get; } = afterSequence;

    /// <summary>Log records up to and including this one are in it, those without readings included.</summary>
    public long LastSequence { get; set; } = afterSequence;

    /// <summary>Rows, those not yet flushed to DuckDB included.</summary>
    public long Rows { get; set; }

    public long TextBytes { get; set; }

    /// <summary>One more than the highest datastream in it.</summary>
    public int DatastreamsEnd { get; set; }

    /// <summary>When its first record was appended, by the store's clock (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public long? FirstAppendedAt { get; set; }

    public SharedUse Use { get; } = new();

    public bool HasProgress => LastSequence > AfterSequence;
}
