namespace SensorGrid.FieldProtocols.Hj212.Tables;

/// <summary>Volatile organic substances of table B.2 that are known by their range only: all in mg/m³.</summary>
internal static class Hj212VolatileFactors
{
    private static readonly (string First, string Last)[] Ranges =
        [("A24003", "A24113"), ("A25004", "A25072"), ("A29017", "A29017"), ("A29026", "A29026"), ("A30008", "A30008"), ("A31024", "A31030"), ("A99010", "A99010")];

    private static readonly Hj212Factor Substance = new("volatile organic substance", "mg/m³");

    public static Hj212Factor? Find(string code) =>
        code.Length == 6 && code.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0 &&
        Ranges.Any(range => string.CompareOrdinal(code, range.First) >= 0 && string.CompareOrdinal(code, range.Last) <= 0) ? Substance : null;
}
