namespace SensorGrid.Readings;

/// <summary>What a reading carries. Numbers are stored; they are never reused.</summary>
public enum ReadingKind : byte
{
    /// <summary>A number in <see cref="Reading.Value"/>.</summary>
    Number = 0,

    /// <summary>0 or 1 in <see cref="Reading.Value"/>.</summary>
    Boolean = 1,

    /// <summary>Text, kept by the batch: <see cref="ReadingBatch.GetText"/>.</summary>
    Text = 2,

    /// <summary>Longitude in <see cref="Reading.Value"/>, latitude in <see cref="Reading.Value2"/>, WGS-84 degrees. X is longitude.</summary>
    Position = 3,
}
