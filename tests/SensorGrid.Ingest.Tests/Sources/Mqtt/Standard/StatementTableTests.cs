using System.Globalization;
using System.Text;
using SensorGrid.Testing;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>The tables of statements are complete, agree with what the tests say of themselves, and with the page that tells others.</summary>
public sealed class StatementTableTests
{
    // Appendix B: how many there are.
    [Theory]
    [InlineData(Mqtt5, 251)]
    [InlineData(Mqtt311, 141)]
    public void Every_statement_of_the_standard_stands_in_its_table_once(string standard, int count)
    {
        var statements = StatementTable.Of(standard);

        Assert.Equal(count, statements.Count);
        foreach (var clause in statements.GroupBy(statement => statement.Clause))
        {
            // The standards count from 1 without a gap, but for MQTT-2.2.1-1 of MQTT 5, which was taken out.
            int first = standard == Mqtt5 && clause.Key == "MQTT-2.2.1" ? 2 : 1;
            Assert.Equal(Enumerable.Range(first, clause.Count()), clause.Select(statement => statement.Place));
        }
    }

    [Theory]
    [InlineData(Mqtt5)]
    [InlineData(Mqtt311)]
    public void The_table_names_the_tests_that_name_the_statement(string standard)
    {
        var statements = StatementTable.Of(standard);
        var tests = StatementTable.TestsOf(standard);

        Assert.Empty(tests.Select(test => test.Key).Except(statements.Select(statement => statement.Number)));
        string[] wrong =
        [
            .. from statement in statements
               let proven = tests[statement.Number].Order(StringComparer.Ordinal).ToArray()
               where !proven.SequenceEqual(statement.Tests)
               select $"{statement.Number} | {(proven.Length > 0 ? string.Join(", ", proven) : "none: why?")}",
        ];
        Assert.True(wrong.Length == 0, $"These lines of statements-{standard}.txt should end so:\n{string.Join('\n', wrong)}");
    }

    [Theory]
    [InlineData(Mqtt5)]
    [InlineData(Mqtt311)]
    public void What_has_no_test_has_a_reason(string standard)
    {
        foreach (var statement in StatementTable.Of(standard).Where(statement => statement.Tests.Count == 0))
        {
            Assert.True(statement.Reason.Length > 10, statement.Number);
            Assert.Equal(statement.Side == StatementSide.Client, statement.Reason == "concerns clients only");
        }
    }

    [Fact]
    public void The_page_tells_what_the_tables_say()
    {
        string page = File.ReadAllText(RepositoryRoot.Combine("ingest", "docs", "mqtt-conformance.md")).ReplaceLineEndings("\n");

        foreach (string standard in (string[])[Mqtt5, Mqtt311])
        {
            string counts = Counts(standard), open = WithoutTest(standard);
            Assert.True(page.Contains(counts, StringComparison.Ordinal), $"mqtt-conformance.md should hold this table:\n{counts}");
            Assert.True(page.Contains(open, StringComparison.Ordinal), $"mqtt-conformance.md should hold this table:\n{open}");
        }
    }

    private static string Counts(string standard)
    {
        var table = new StringBuilder($"| MQTT {standard} | statements | of clients only | proven by tests | without a test |\n|---|---|---|---|---|\n");
        var statements = StatementTable.Of(standard);
        foreach (var section in statements.GroupBy(statement => statement.Section))
            Add(section.Key, [.. section]);
        Add("all", statements);
        return table.ToString();

        void Add(string name, IReadOnlyList<Statement> some) => table.Append(
            CultureInfo.InvariantCulture,
            $"| {name} | {some.Count} | {some.Count(one => one is { Side: StatementSide.Client, Tests.Count: 0 })} | {some.Count(one => one.Tests.Count > 0)} | {some.Count(one => one.Tests.Count == 0 && one.Side != StatementSide.Client)} |\n");
    }

    private static string WithoutTest(string standard)
    {
        var table = new StringBuilder($"| MQTT {standard}, not of clients only | why it has no test |\n|---|---|\n");
        foreach (var reason in StatementTable.Of(standard).Where(one => one.Tests.Count == 0 && one.Side != StatementSide.Client).GroupBy(one => one.Reason))
            table.Append(CultureInfo.InvariantCulture, $"| {string.Join(", ", reason.Select(one => one.Number["MQTT-".Length..]))} | {reason.Key} |\n");
        return table.ToString();
    }
}
