namespace SensorGrid.FieldProtocols.Hj212.Tables;

/// <summary>Process codes (HJ 212-2017 tables B.4 and B.5): <c>e</c> sewage or <c>g</c> flue gas, a digit for the process, two for the factor, two for which of several
/// (01). Named by the process; units where the factor is known. Codes that the standard prints twice (<c>e701</c>, <c>g119</c>) say only that.</summary>
internal static class Hj212ProcessFactors
{
    private static readonly string[] Sewage =
        ["", "inlet", "outlet", "activated sludge", "oxidation ditch", "anoxic and aerobic", "sequencing batch reactor", "contact oxidation", "biofilter"];

    private static readonly string[] FlueGas =
        ["", "wet desulphurisation", "semi-dry desulphurisation", "selective catalytic reduction", "selective non-catalytic reduction", "electrostatic precipitator", "bag filter"];

    private static readonly Dictionary<string, (string Quantity, string Unit)> Measured = new(StringComparer.Ordinal)
    {
        ["E101"] = ("inlet flow", "L/s"),
        ["E102"] = ("inlet chemical oxygen demand", "mg/L"),
        ["E103"] = ("inlet ammonia nitrogen", "mg/L"),
        ["E104"] = ("inlet total phosphorus", "mg/L"),
        ["E105"] = ("inlet total nitrogen", "mg/L"),
        ["E106"] = ("inlet pH", "pH"),
        ["E201"] = ("outlet flow", "L/s"),
        ["E202"] = ("outlet chemical oxygen demand", "mg/L"),
        ["E203"] = ("outlet ammonia nitrogen", "mg/L"),
        ["E204"] = ("outlet total phosphorus", "mg/L"),
        ["E205"] = ("outlet pH", "pH"),
        ["E701"] = ("lift pump or dosing", ""),
        ["E711"] = ("dosing", ""),
        ["G119"] = ("desulphurisation rate or inlet sulphur dioxide", ""),
    };

    public static Hj212Factor? Find(string code)
    {
        if (code.Length != 6 || code.AsSpan(1).IndexOfAnyExceptInRange('0', '9') >= 0)
            return null;
        if (Measured.TryGetValue(code[..4], out var measured))
            return new(measured.Quantity, measured.Unit);
        int process = code[1] - '0';
        return code[0] switch
        {
            'E' when process > 0 && process < Sewage.Length => new($"sewage process, {Sewage[process]}", ""),
            'G' when process > 0 && process < FlueGas.Length => new($"flue gas process, {FlueGas[process]}", ""),
            _ => null,
        };
    }
}
