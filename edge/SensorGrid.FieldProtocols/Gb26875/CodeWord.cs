namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>What a code of one of the standard's tables means.</summary>
/// <param name="English">In English.</param>
/// <param name="Chinese">The standard's word.</param>
public readonly record struct CodeWord(string English, string Chinese)
{
    /// <summary>What a code means that no table holds.</summary>
    internal static CodeWord OfUnlisted(byte code) => code >= 128 ? new("maker's own", "用户自定义") : new("reserved", "预留");
}
