using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Testing;

namespace SensorGrid.Alarms.Tests;

/// <summary>A reading log on disk, replayed: the promise that the same log gives the same transitions, byte for byte.</summary>
public sealed class ReplayTests : IDisposable
{
    private const int Seed = 20151226;

    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-replay-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Replaying_a_log_twice_gives_the_same_bytes()
    {
        await WriteLogAsync();
        string first = Replay(restartEvery: 0);
        Assert.True(first.Split('\n').Length > 40, "the log must say something");
        Assert.Contains(" acknowledged ", first, StringComparison.Ordinal);
        Assert.Equal(first, Replay(restartEvery: 0));
    }

    [Fact]
    public async Task Restarting_from_a_snapshot_anywhere_in_a_log_gives_the_same_bytes()
    {
        await WriteLogAsync();
        Assert.Equal(Replay(restartEvery: 0), Replay(restartEvery: 23));
    }

    private async Task WriteLogAsync()
    {
        var random = new Random(Seed);
        await using var log = ReadingLogWriter.Open(new() { Folder = folder }, TimeProvider.System, NullLogger.Instance);
        long now = Some.Ticks;
        await Append(ReadingLogKind.Command, "", AlarmCommands.ActivateCatalogue, CatalogueBundle());
        await Append(ReadingLogKind.Command, "", AlarmCommands.ActivateRules, SourceBundle.LoadFolder(RepositoryRoot.Combine("rules", "packs"), out _).ToBytes());
        byte[]? before = null;
        for (int record = 0; record < 600; record++)
        {
            now += TimeSpan.FromSeconds(random.Next(1, 400)).Ticks;
            if (random.Next(30) == 0)
            {
                now += TimeSpan.FromMinutes(random.Next(1, 200)).Ticks;
                await Append(ReadingLogKind.Command, "service", AlarmCommands.ServiceStarted, []);
            }
            switch (random.Next(10))
            {
                case 0:
                    await Append(ReadingLogKind.Tick, "", "", []);
                    break;
                case 1 when before is not null:
                    // The same publish once more, as after a lost acknowledgement.
                    await Append(ReadingLogKind.Payload, "river", Topic("water", "river"), before);
                    break;
                default:
                    before = Pack(random, now);
                    await Append(ReadingLogKind.Payload, "river", Topic("water", "river"), before);
                    break;
            }
            if (record == 450)
                await Append(ReadingLogKind.Command, "li", AlarmCommands.AcknowledgeAlarm, AlarmCommands.Acknowledge(FirstOpenAlarm(), "seen"));
        }

        async Task Append(ReadingLogKind kind, string principal, string topic, byte[] payload) =>
            await log.AppendAsync(new(kind, "test", principal, topic, payload) { ReceivedAtTicks = now });

        string FirstOpenAlarm() => Play([], restartEvery: 0).Alarms.Alarms.First(alarm => !alarm.Acknowledged).Id;
    }

    private static byte[] Pack(Random random, long now)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new SenMlJsonWriter(output);
        writer.Begin();
        // Mostly in order, sometimes late; a river that swings through its levels every four hours.
        long observed = now - TimeSpan.FromSeconds(random.Next(0, 30) == 0 ? 2000 : random.Next(0, 60)).Ticks;
        double hours = (now - Some.Ticks) / (double)TimeSpan.TicksPerHour;
        writer.WriteNumber("stage"u8, observed, Math.Round(2.7 + 2.6 * Math.Sin(hours * Math.PI / 2) + random.NextDouble() * 0.2, 2));
        writer.End();
        return output.WrittenSpan.ToArray();
    }

    private string Replay(int restartEvery)
    {
        var text = new StringBuilder();
        var transitions = new List<AlarmTransition>();
        Play(transitions, restartEvery);
        foreach (var transition in transitions)
            text.Append(transition.ToCanonicalText()).Append('\n');
        return text.ToString();
    }

    private AlarmEvaluation Play(List<AlarmTransition> output, int restartEvery)
    {
        // A table of its own: what numbers datastreams get must not matter.
        using var log = ReadingLogReader.Open(folder);
        var table = new DatastreamTable();
        var evaluation = new AlarmEvaluation(table);
        var buffer = new ReadingLogRecordBuffer();
        var decoder = new PayloadDecoder();
        var batch = new ReadingBatch();
        while (log.Read(buffer) > 0)
        {
            foreach (ref readonly var record in buffer.Records)
            {
                switch (record.Kind)
                {
                    case ReadingLogKind.Payload:
                        Assert.True(TelemetryTopic.TryParse(record.Topic, out var topic));
                        string gateway = topic.Gateway.ToString();
                        Assert.True(decoder.Decode(topic, record.Payload.Span, record.ReceivedAtTicks, table.ForGateway(gateway), batch).IsRead);
                        evaluation.OnPayload(record.Sequence, record.ReceivedAtTicks, gateway, batch.Readings, output);
                        break;
                    case ReadingLogKind.Tick:
                        evaluation.OnTick(record.Sequence, record.ReceivedAtTicks, output);
                        break;
                    default:
                        evaluation.OnCommand(record.Sequence, record.ReceivedAtTicks, record.Topic, record.Principal, record.Payload.Span, output);
                        break;
                }
                if (restartEvery == 0 || record.Sequence % restartEvery != 0)
                    continue;
                var snapshot = new ArrayBufferWriter<byte>();
                evaluation.WriteSnapshot(snapshot);
                table = new();
                evaluation = new(table);
                Assert.True(evaluation.TryRestore(snapshot.WrittenSpan));
            }
        }
        return evaluation;
    }

    private static byte[] CatalogueBundle() =>
        new SourceBundle([new("catalogue.yaml", File.ReadAllText(RepositoryRoot.Combine("tests", "scenarios", "catalogue.yaml")))]).ToBytes();

    private static string Topic(string domain, string gateway) => TelemetryTopic.Format(domain, gateway, TelemetryTopicKind.Readings);
}
