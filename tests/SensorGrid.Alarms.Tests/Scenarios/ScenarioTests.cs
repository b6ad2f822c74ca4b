using System.Buffers;
using SensorGrid.Alarms.Scenarios;
using SensorGrid.Readings;

namespace SensorGrid.Alarms.Tests.Scenarios;

public sealed class ScenarioTests
{
    public static TheoryData<string> Folders => [.. ScenarioFolder.Names];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Scenario_gives_what_is_expected(string name)
    {
        var scenario = ScenarioFolder.Load(name);
        TextDiff.AssertSame(scenario, Play(scenario));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_restart_from_a_snapshot_after_every_record_changes_nothing(string name)
    {
        var scenario = ScenarioFolder.Load(name);
        TextDiff.AssertSame(scenario, Play(scenario, afterEach: player =>
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
        var scenario = ScenarioFolder.Load(name);
        TextDiff.AssertSame(scenario, Play(scenario, times: 2));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Datastreams_numbered_in_another_order_change_nothing(string name)
    {
        var scenario = ScenarioFolder.Load(name);
        var table = new DatastreamTable();
        foreach (var record in scenario.Records.Reverse().Where(record => record.Kind == ScenarioRecordKind.Reading))
            Assert.True(table.TryIntern(record.Datastream, out _));
        TextDiff.AssertSame(scenario, Play(scenario, table: table));
    }

    private static string Play(
        ScenarioFolder scenario, DatastreamTable? table = null, int times = 1, Action<ScenarioPlayer>? afterEach = null)
    {
        if (scenario.Messages.Count > 0)
            return string.Concat(scenario.Messages.Select(message => message + "\n"));
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
