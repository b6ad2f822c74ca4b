namespace SensorGrid.Rules.Model;

/// <summary>How rule files call what is made of an area's points.</summary>
internal static class AreaFunctions
{
    private static readonly string[] All = ["count", "avg", "max", "min", "sum"];

    public static IReadOnlyList<string> Names => All;

    public static string NameOf(AreaFunction function) => All[(int)function];

    public static AreaFunction Find(string name) => (AreaFunction)Array.IndexOf(All, name);
}
