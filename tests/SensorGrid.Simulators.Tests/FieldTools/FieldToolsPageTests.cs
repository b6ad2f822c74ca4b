using System.Text.RegularExpressions;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.FieldTools;

public sealed partial class FieldToolsPageTests
{
    [Theory]
    [InlineData(FieldProtocol.Sl651)]
    [InlineData(FieldProtocol.Hj212)]
    [InlineData(FieldProtocol.Gb26875)]
    public void The_page_writes_each_command_as_the_tools_help_does(FieldProtocol protocol)
    {
        string row = File.ReadLines(RepositoryRoot.Combine("simulators", "docs", "field-tools.md"))
            .Single(line => line.StartsWith($"| `{protocol.ToWord()}` | `", StringComparison.Ordinal) && line.Contains("`clock", StringComparison.Ordinal));
        var written = Code().Matches(row).Select(match => match.Groups[1].Value).Skip(1).Where(code => code is not ("on" or "off"));
        Assert.Equal(FieldCentre.VerbsOf(protocol).Select(verb => $"{verb.Name} {verb.Arguments}".Trim()), written);
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
