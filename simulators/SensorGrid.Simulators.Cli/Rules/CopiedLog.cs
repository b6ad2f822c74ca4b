using SensorGrid.Alarms;
using SensorGrid.Alarms.Replays;
using SensorGrid.FieldProtocols;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Simulators.Cli.Rules;

/// <summary>A copied log directory, or the data folder of a stopped service that holds one. Nothing in it is changed.</summary>
internal sealed class CopiedLog : IReplayedLog
{
    private readonly string folder;
    private readonly List<Activation> activations = [];

    private CopiedLog(string folder, long first, long last) => (this.folder, FirstSequence, LastSequence) = (folder, first, last);

    public long FirstSequence { get; }

    /// <summary>Number of the last record.</summary>
    public long LastSequence { get; }

    /// <summary>The folder that holds the segments of a log: this one, or <c>log</c> in it; null when neither does.</summary>
    public static string? FolderOf(string path) =>
        new[] { path, Path.Combine(path, "log") }.FirstOrDefault(folder => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.segment").Any());

    /// <summary>Opens it and finds what was in force where.</summary>
    /// <exception cref="RuleToolException">It is no log, or cannot be read.</exception>
    public static CopiedLog Open(string path)
    {
        string folder = FolderOf(path) ?? throw new RuleToolException([$"{path}: holds no log: neither here nor in its folder 'log' are there *.segment files"]);
        try
        {
            CopiedLog log;
            using (var reader = ReadingLogReader.Open(folder))
                log = new(folder, reader.FirstSequence, reader.LastSequence);
            log.FindActivations();
            return log;
        }
        catch (ReadingLogException error)
        {
            throw new RuleToolException([error.Message], error);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RuleToolException">It cannot be read.</exception>
    public void Play(long notBeforeTicks, long fromSequence, long upToSequence, TakeLogRecord take)
    {
        try
        {
            using var reader = ReadingLogReader.Open(folder, Math.Max(fromSequence, FirstSequence));
            var buffer = new ReadingLogRecordBuffer();
            while (reader.Read(buffer) > 0)
            {
                foreach (ref readonly var record in buffer.Records)
                {
                    if (record.Sequence > upToSequence)
                        return;
                    if (record.ReceivedAtTicks < notBeforeTicks)
                        continue;
                    if (!take((byte)record.Kind, record.Sequence, record.ReceivedAtTicks, record.Topic, record.Principal, record.Payload.Span))
                        return;
                }
            }
        }
        catch (ReadingLogException error)
        {
            throw new RuleToolException([error.Message], error);
        }
    }

    /// <summary>Plays all of it as it was.</summary>
    public IReadOnlyList<AlarmTransition> PlayAll()
    {
        var table = new DatastreamTable();
        var alarms = new ReplayedAlarms(table);
        var replay = new LogReplay(table, _ => true, alarms) { Formats = FieldFormats.All };
        Play(0, FirstSequence, LastSequence, (kind, sequence, receivedAtTicks, topic, principal, payload) =>
        {
            replay.Take(kind, sequence, receivedAtTicks, topic, principal, payload);
            return true;
        });
        return alarms.Transitions;
    }

    private void FindActivations() => Play(0, FirstSequence, LastSequence, (kind, sequence, receivedAtTicks, topic, principal, payload) =>
    {
        if (kind == (byte)ReadingLogKind.Command && LogReplay.IsActivation(topic) && SourceBundle.TryFromBytes(payload, out var bundle, out _))
            activations.Add(new(topic, sequence, receivedAtTicks, principal, bundle));
        return true;
    });

    public ReplayedDefinitions DefinitionsBefore(long sequence)
    {
        Activation? Last(string type) => activations.LastOrDefault(activation => activation.Type == type && activation.Sequence < sequence);
        var rules = Last(AlarmCommands.ActivateRules);
        return new(Last(AlarmCommands.ActivateCatalogue)?.Files ?? SourceBundle.Empty, rules?.Files ?? SourceBundle.Empty, rules?.By, rules?.AtTicks ?? 0);
    }

    private sealed record Activation(string Type, long Sequence, long AtTicks, string By, SourceBundle Files);
}
