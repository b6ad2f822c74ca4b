namespace SensorGrid.Rules.Model;

/// <summary>How rule files call the functions over a window.</summary>
internal static class ValueFunctions
{
    private static readonly Dictionary<string, ValueFunction> ByName = new(StringComparer.Ordinal)
    {
        ["sum"] = ValueFunction.Sum,
        ["avg"] = ValueFunction.Average,
        ["min"] = ValueFunction.Minimum,
        ["max"] = ValueFunction.Maximum,
        ["rate"] = ValueFunction.Rate,
        ["count"] = ValueFunction.Count,
        ["delta"] = ValueFunction.Delta,
        ["increase"] = ValueFunction.Increase,
        ["stddev"] = ValueFunction.StandardDeviation,
        ["quantile"] = ValueFunction.Quantile,
        ["coverage"] = ValueFunction.Coverage,
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static bool TryFind(string name, out ValueFunction function) => ByName.TryGetValue(name, out function);

    public static string NameOf(ValueFunction function) => ByName.First(pair => pair.Value == function).Key;
}
