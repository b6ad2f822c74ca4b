namespace SensorGrid.FieldProtocols.Hj212.Tables;

/// <summary>Keys without a factor (HJ 212-2017 table 9).</summary>
internal static class Hj212Parameter
{
    // What an exchange is about, not what was measured. Passwords and keys among them go nowhere.
    private static readonly HashSet<string> OfExchanges = new(StringComparer.OrdinalIgnoreCase)
    {
        "QN", "PolId", "InfoId", "BeginTime", "EndTime", "SystemTime", "NewPW", "PW", "OverTime", "ReCount", "QnRtn", "ExeRtn", "CstartTime", "PNUM", "PNO",
        "SKCreateTime", "NewSK", "RF",
    };

    private static readonly Dictionary<string, (string Code, Hj212Factor Factor)> Kept = new[]
    {
        ("RtdInterval", new Hj212Factor("interval of real-time data", "s")),
        ("MinInterval", new("interval of minute data", "min")),
        ("CTime", new("sampling cycle", "h")),
        ("Stime", new("sampling duration", "min")),
        ("VaseNo", new("bottle of the retained sample", "")),
        ("RestartTime", new("time the logger started", "")),
        ("AlarmType", new("begin or end of an alarm", "")),
    }.ToDictionary(row => row.Item1, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a key belongs to the exchange.</summary>
    public static bool IsOfExchange(string key) => OfExchanges.Contains(key);

    /// <summary>The parameter that is kept as a reading, and its key as the standard writes it; null when there is none.</summary>
    public static Hj212Factor? Find(string sent, out string code)
    {
        bool isKnown = Kept.TryGetValue(sent, out var row);
        code = isKnown ? row.Code : sent;
        return row.Factor;
    }
}
