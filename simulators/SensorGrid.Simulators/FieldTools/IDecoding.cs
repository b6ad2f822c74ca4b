namespace SensorGrid.Simulators.FieldTools;

/// <summary>Bytes to lines of JSON, for the <c>decode</c> command.</summary>
public interface IDecoding
{
    /// <summary>Stretches of bytes that were not what they should be.</summary>
    long Errors { get; }

    /// <summary>Decodes what stands together: a line of the input, or a whole capture.</summary>
    IEnumerable<string> Decode(ReadOnlyMemory<byte> bytes);
}
