using System.Buffers;
using SensorGrid.Alarms.Scenarios;
using SensorGrid.Readings;
using SensorGrid.Testing;

namespace SensorGrid.Alarms.Tests.Scenarios;

public sealed class ScenarioTests
{
    /// <summary>Set to 1, the actual text is written to expected.txt, to be read and committed; the test still fails.</summary>
    private const string Accept = "SENSORGRID_ACCEPT_SCENARIOS";

    private static readonly string Root = RepositoryRoot.Combine("tests", "scenarios");

    public static TheoryData<string> Folders => [.. ScenarioFolder.Find(Root).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Scenario_gives_what_is_expected(string name)
    {
        var scenario = Load(name);
        AssertSame(scenario, Play(scenario));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_restart_from_a_snapshot_after_every_record_changes_nothing(string name)
    {
        var scenario = Load(name);
        AssertSame(scenario, Play(scenario, afterEach: player =>
        {
            var snapshot = new ArrayBufferWriter<byte>();
            player.Evaluation.WriteSnapshot(snapshot);
            // Another process, another table, other indices.
            var table = new DatastreamTable();
            table.TryIntern(new("another-gateway", "seen-first"), out _);
            var restored = new AlarmEvaluation(table);
            Assert.True(restored.TryRestore(snapshot.WrittenSpan));
            player.Restart(table, restored);
        }));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Duplicates_of_every_reading_change_nothing(string name)
    {
        var scenario = Load(name);
        AssertSame(scenario, Play(scenario, times: 2));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Datastreams_numbered_in_another_order_change_nothing(string name)
    {
        var scenario = Load(name);
        var table = new DatastreamTable();
        foreach (var record in scenario.Records.Reverse().Where(record => record.Kind == ScenarioRecordKind.Reading))
            Assert.True(table.TryIntern(record.Datastream, out _));
        AssertSame(scenario, Play(scenario, table: table));
    }

    private static ScenarioFolder Load(string name) => ScenarioFolder.Load(Path.Combine(Root, name), RepositoryRoot.Combine("rules", "packs"));

    private static void AssertSame(ScenarioFolder scenario, string actual)
    {
        if (scenario.Expected == actual)
            return;
        string diff = TextDiff.Between(scenario.Expected, actual);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(scenario.ExpectedFile, actual);
        Assert.Fail($"{scenario.ExpectedFile} differs (- expected, + actual); {Accept}=1 writes the actual text there.\n{diff}");
    }

    private static string Play(
        ScenarioFolder scenario, DatastreamTable? table = null, int times = 1, Action<ScenarioPlayer>? afterEach = null)
    {
        if (scenario.Messages.Count > 0)
            return scenario.MessageText;
        var player = new ScenarioPlayer(table ?? new(), scenario.Files);
        player.Begin(scenario.Catalogue, scenario.Rules, scenario.Records[0].ReceivedAtTicks);
        afterEach?.Invoke(player);
        foreach (var record in scenario.Records)
        {
            for (int time = 0; time < (record.Kind == ScenarioRecordKind.Reading ? times : 1); time++)
                player.Play(record);
            afterEach?.Invoke(player);
        }
        return player.Text;
    }
}
