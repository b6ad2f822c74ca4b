namespace SensorGrid.FieldProtocols.Hj212.Tables;

/// <summary>Equipment of pollution control, <c>SB</c> and its number: run state (0 off, 1 on, 2 calibrating, 3 maintenance, 4 alarm, 5 blow-back) and run hours.</summary>
internal static class Hj212EquipmentFactors
{
    private static readonly Hj212Factor Equipment = new("control equipment", "");

    public static Hj212Factor? Find(string code) =>
        code.Length is > 2 and <= 6 && code.StartsWith("SB", StringComparison.Ordinal) && code.AsSpan(2).IndexOfAnyExceptInRange('0', '9') < 0 ? Equipment : null;
}
