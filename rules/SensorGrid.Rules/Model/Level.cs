namespace SensorGrid.Rules.Model;

/// <summary>How bad a condition is. Red is the highest. Numbers are stored; they are never reused.</summary>
public enum Level : byte
{
    /// <summary>Normal.</summary>
    None = 0,

    /// <summary>蓝, class IV.</summary>
    Blue = 1,

    /// <summary>黄, class III.</summary>
    Yellow = 2,

    /// <summary>橙, class II.</summary>
    Orange = 3,

    /// <summary>红, class I: the highest.</summary>
    Red = 4,
}

/// <summary>The words for levels in files, texts and the HTTP API.</summary>
public static class LevelNames
{
    private static readonly string[] Names = ["none", "blue", "yellow", "orange", "red"];

    /// <summary>The four levels a rule can raise, lowest first.</summary>
    public static IReadOnlyList<Level> Raised { get; } = [Level.Blue, Level.Yellow, Level.Orange, Level.Red];

    /// <summary>The level's word, e.g. <c>orange</c>.</summary>
    public static string NameOf(Level level) => Names[(int)level];

    /// <summary>Reads one of the words <c>blue</c>, <c>yellow</c>, <c>orange</c>, <c>red</c>.</summary>
    public static bool TryParse(string name, out Level level)
    {
        int index = Array.IndexOf(Names, name, 1);
        level = index < 0 ? Level.None : (Level)index;
        return index > 0;
    }
}
