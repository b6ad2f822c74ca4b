using System.Globalization;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>One element of 附录 C, or of an identifier that no table holds.</summary>
/// <param name="Code">Identifier: 01 to FE, or FF00 to FFFF.</param>
/// <param name="Word">Name in the ASCII encoding; null when unknown.</param>
/// <param name="Natural">Definition byte of its N(D,d); for F4 to FD the marker in its place.</param>
/// <param name="Field">Name, quantity and unit of its readings.</param>
public sealed record Sl651Element(int Code, string? Word, Sl651Definition Natural, FieldElement Field)
{
    /// <summary>Two hex digits, four for those that begin with FF.</summary>
    public static string TextOf(int code) => code.ToString(code > 0xFF ? "X4" : "X2", CultureInfo.InvariantCulture);
}
