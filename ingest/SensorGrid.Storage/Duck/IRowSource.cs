namespace SensorGrid.Storage.Duck;

/// <summary>Rows that a statement reads through a <see cref="DuckTableFunction"/>, one vector's worth at a time.</summary>
internal interface IRowSource
{
    /// <summary>Writes the next rows.</summary>
    /// <param name="chunk">Where to.</param>
    /// <returns>How many; 0 when there are no more.</returns>
    int Next(DuckChunk chunk);
}
