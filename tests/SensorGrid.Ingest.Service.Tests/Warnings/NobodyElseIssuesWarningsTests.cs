using SensorGrid.Alarms;
using SensorGrid.Readings;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests.Warnings;

/// <summary>Warnings 预警 are issued by authorities and relayed here. No rule makes one, and no alarm becomes one. (That no rule of a pack speaks as
/// if it did is held by the tests of the packs.)</summary>
public sealed class NobodyElseIssuesWarningsTests
{
    [Fact]
    public void Rules_and_alarms_know_nothing_of_official_warnings()
    {
        foreach (var assembly in new[] { typeof(AlarmEvaluation).Assembly, typeof(Rules.RuleEngine).Assembly })
        {
            Assert.DoesNotContain(assembly.GetReferencedAssemblies(), reference => reference.Name == typeof(Program).Assembly.GetName().Name);
            Assert.DoesNotContain(assembly.GetTypes(), type => type.Name.Contains("Official", StringComparison.Ordinal) || type.Namespace?.Contains("Warnings", StringComparison.Ordinal) == true);
        }
    }

    [Fact]
    public void The_command_has_one_source_the_message_that_somebody_handed_over()
    {
        var naming = Directory.EnumerateFiles(RepositoryRoot.Combine("ingest"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(RepositoryRoot.Combine("rules"), "*.cs", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(RepositoryRoot.Combine("edge"), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file) is var text && (text.Contains(nameof(AlarmCommands.ReceiveWarning), StringComparison.Ordinal) || text.Contains(AlarmCommands.ReceiveWarning, StringComparison.Ordinal)))
            .Select(Path.GetFileName).Order(StringComparer.Ordinal);

        // Where it is named, where it does nothing to alarms, where it goes into the log, where it comes out.
        Assert.Equal(["AlarmCommands.cs", "AlarmEvaluation.cs", "WarningActions.cs", "WarningProjection.cs"], naming);
    }

    [Fact]
    public void The_evaluation_makes_no_alarm_of_one_and_knows_the_command()
    {
        var evaluation = new AlarmEvaluation(new DatastreamTable());
        var transitions = new List<AlarmTransition>();

        evaluation.OnCommand(1, 1, AlarmCommands.ReceiveWarning, "王", SomeCap.Bytes(SomeCap.Alert(status: "Actual")).Span, transitions);

        Assert.Empty(transitions);
        Assert.Equal((0, 0), ((int)evaluation.Commands.Unknown, (int)evaluation.Commands.Invalid));
    }
}
