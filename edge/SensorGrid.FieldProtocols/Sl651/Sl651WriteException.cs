namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Something cannot be written as SL 651 has it; nothing is ever cut off to fit.</summary>
public sealed class Sl651WriteException : Exception
{
    /// <param name="code">Stable word, e.g. <c>overflow</c>.</param>
    /// <param name="message">What, where, and what would fit.</param>
    public Sl651WriteException(string code, string message)
        : base(message) => Code = code;

    /// <summary>Stable word for tools and tests.</summary>
    public string Code { get; }
}
