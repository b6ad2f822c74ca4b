namespace SensorGrid.FieldProtocols.Hj212.Tables;

/// <summary>What a factor code measures: a row of annex B, or of what the field adds to it.</summary>
/// <param name="Quantity">What it is, in English words.</param>
/// <param name="StandardUnit">Unit as the standard prints it; empty when it has none, or when makers disagree so that only the catalogue can say.</param>
internal sealed record Hj212Factor(string Quantity, string StandardUnit)
{
    // Codes of 2005 name the same things in that edition's digits.
    private static readonly Dictionary<string, (string Code, Hj212Factor Factor)> ByCode = Build();

    /// <summary>The factor of a code as it stands in keys, in any case, and the code as the standard writes it; null when no table holds it.</summary>
    public static Hj212Factor? Find(string sent, out string code)
    {
        string folded = sent.ToUpperInvariant();
        if (ByCode.TryGetValue(folded, out var row))
        {
            code = row.Code;
            return row.Factor;
        }
        // Programs in between turn whole packets to capitals: a letter and five digits are the standard's, with a small letter.
        code = folded.Length == 6 && char.IsAsciiLetter(folded[0]) && folded.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0
            ? char.ToLowerInvariant(folded[0]) + folded[1..]
            : sent;
        return Hj212VolatileFactors.Find(folded) ?? Hj212ProcessFactors.Find(folded) ?? Hj212EquipmentFactors.Find(folded) ?? Hj212InstrumentFactors.Find(folded);
    }

    private static Dictionary<string, (string, Hj212Factor)> Build()
    {
        var byCode = new Dictionary<string, (string, Hj212Factor)>(StringComparer.Ordinal);
        foreach (var (code, quantity, code2005, unit) in Hj212WaterFactors.Rows.Concat(Hj212AirFactors.Rows).Concat(Hj212NoiseFactors.Rows))
        {
            var factor = new Hj212Factor(quantity, unit);
            byCode.Add(code.ToUpperInvariant(), (code, factor));
            if (code2005.Length > 0)
                byCode.Add(code2005, (code2005, factor));
        }
        return byCode;
    }
}
