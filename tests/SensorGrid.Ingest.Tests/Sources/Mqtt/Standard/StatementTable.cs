using System.Reflection;
using System.Text.RegularExpressions;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>Whom a statement binds.</summary>
public enum StatementSide
{
    /// <summary>The server.</summary>
    Server = 1,

    /// <summary>The client.</summary>
    Client,

    /// <summary>Both.</summary>
    Both,
}

/// <summary>One statement of a standard's Appendix B.</summary>
/// <param name="Number">As it stands there.</param>
/// <param name="Side">Whom it binds.</param>
/// <param name="Tests">What proves it, as <c>Class.Method</c>; empty when nothing does.</param>
/// <param name="Reason">Why nothing does; empty when something does.</param>
public sealed record Statement(string Number, StatementSide Side, IReadOnlyList<string> Tests, string Reason)
{
    /// <summary>Chapter, for example <c>3.1</c>.</summary>
    public string Section => Regex.Match(Number, @"^MQTT-(\d+)[.-](\d+)").Result("$1.$2");

    /// <summary>Number before the last hyphen, which counts the statements of a clause.</summary>
    public string Clause => Number[..Number.LastIndexOf('-')].Replace("MQTT-3-8.3", "MQTT-3.8.3", StringComparison.Ordinal);

    /// <summary>The count within the clause.</summary>
    public int Place => int.Parse(Number.AsSpan(Number.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>All numbered statements of one standard: a text file beside this one, a line each,
/// <c>number | server, client or both | tests, or "none: reason"</c>.</summary>
public static class StatementTable
{
    /// <summary>Reads the table of a standard.</summary>
    public static IReadOnlyList<Statement> Of(string standard) =>
        [.. File.ReadLines(PathOf(standard)).Where(line => line.Length > 0 && line[0] != '#').Select(Parse)];

    /// <summary>Tests by statement, as the attributes of this assembly say.</summary>
    public static ILookup<string, string> TestsOf(string standard) =>
    (
        from type in typeof(StatementTable).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        from attribute in method.GetCustomAttributes<NormativeAttribute>()
        where attribute.Standard == standard
        from statement in attribute.Statements
        select (statement, Test: $"{type.Name}.{method.Name}")
    ).ToLookup(pair => pair.statement, pair => pair.Test, StringComparer.Ordinal);

    private static string PathOf(string standard) =>
        RepositoryRoot.Combine("tests", "SensorGrid.Ingest.Tests", "Sources", "Mqtt", "Standard", $"statements-{standard}.txt");

    private static Statement Parse(string line)
    {
        string[] fields = line.Split(" | ");
        Assert.True(fields.Length == 3, line);
        const string None = "none: ";
        bool isProven = !fields[2].StartsWith(None, StringComparison.Ordinal);
        return new(
            fields[0], Enum.Parse<StatementSide>(fields[1], ignoreCase: true), isProven ? fields[2].Split(", ") : [], isProven ? "" : fields[2][None.Length..]);
    }
}
