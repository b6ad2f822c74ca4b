using System.Text;
using Microsoft.Extensions.Logging;
using SensorGrid.Edge.Outbox;
using SensorGrid.Edge.Uplink;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Simulators.Recordings;
using SensorGrid.Simulators.Replay;

namespace SensorGrid.Simulators.Cli.Replay;

/// <summary>
/// Replays recordings as their gateways would have sent them: one outbox, one connection and one order for each gateway, through the
/// edge agent's own code. Readings are handed over when they are due; the centre's acknowledgements are waited for at the end.
/// <code>recording ─► due? ─► EdgeOutbox (disk) ─► MqttUplink ─► centre</code>
/// </summary>
internal sealed class ReplayRunner(ReplayOptions options, TimeProvider clock, ILogger logger)
{
    private readonly DatastreamTable datastreams = new();
    private readonly Dictionary<string, GatewayReplay> gateways = new(StringComparer.Ordinal);
    private IReadOnlyList<RecordingDescription> descriptions = [];
    private long keptReadings;
    private long recordedAtTicks;

    /// <summary>What the first pass found; set by <see cref="Load"/>.</summary>
    public RecordingSpan Span { get; private set; } = new(0, 0, 0, 0, []);

    /// <summary>Titles of the recordings.</summary>
    public IReadOnlyList<RecordingDescription> Recordings => descriptions;

    /// <summary>Folder that holds the outboxes.</summary>
    public string OutboxFolder { get; private set; } = "";

    /// <summary>Reads the descriptions and goes through the files once.</summary>
    /// <exception cref="RecordingException">Something in them is wrong.</exception>
    public void Load()
    {
        descriptions = RecordingDescriptionReader.Load(options.Path);
        Span = RecordingSpan.Measure(RecordingReader.Read(descriptions, options.From, options.Until));
        if (Span.Sent == 0)
            throw new RecordingException(options.Path, 0, "No reading lies between --from and --until that a gateway would have sent.");
        foreach (var group in Span.Series.GroupBy(series => series.Gateway))
        {
            if (group.Select(series => series.Domain).Distinct().Skip(1).Any())
                throw new RecordingException(options.Path, 0, $"Gateway '{group.Key}' stands in two domains; a gateway publishes in one.");
        }
    }

    public ReplayProgress Progress => new(
        Span.Sent,
        Interlocked.Read(ref keptReadings),
        gateways.Values.Sum(gateway => gateway.Uplink.Counters.ReadingsAcknowledged),
        gateways.Values.Sum(gateway => gateway.Uplink.Counters.MessagesAcknowledged),
        gateways.Values.Sum(gateway => gateway.Uplink.Counters.ReadingsSetAside),
        new(Interlocked.Read(ref recordedAtTicks), TimeSpan.Zero),
        gateways.Values.FirstOrDefault(gateway => !gateway.Uplink.IsConnected && gateway.Outbox.HeldReadings > 0)?.Uplink.LastEnding ?? "");

    public async Task<ReplayEnding> RunAsync(CancellationToken cancellationToken)
    {
        bool temporary = options.OutboxFolder is null;
        OutboxFolder = options.OutboxFolder ?? Directory.CreateTempSubdirectory("sensorgrid-replay-").FullName;
        foreach (var series in Span.Series.DistinctBy(series => series.Gateway))
            Open(series);
        using var uplinks = new CancellationTokenSource();
        var running = Task.WhenAll(gateways.Values.Select(gateway => gateway.Uplink.RunAsync(uplinks.Token)));
        var ending = ReplayEnding.Interrupted;
        try
        {
            ending = await FeedAndWaitAsync(running, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ending = ReplayEnding.Interrupted;
        }
        finally
        {
            await uplinks.CancelAsync();
            await running;
            foreach (var gateway in gateways.Values)
                await gateway.Outbox.DisposeAsync();
        }
        // An outbox that still holds something, or has dead letters, is left for a person to find.
        if (temporary && ending == ReplayEnding.AllAcknowledged)
            Directory.Delete(OutboxFolder, recursive: true);
        return ending;
    }

    private void Open(RecordedSeries series)
    {
        string gateway = options.GatewayPrefix + series.Gateway;
        var outbox = EdgeOutbox.Open(
            new() { Folder = Path.Combine(OutboxFolder, gateway), WhenFull = OutboxWhenFull.Wait, MostBytes = 64L << 20 }, clock, logger);
        var uplink = new MqttUplink(
            new()
            {
                Host = options.Broker.Host,
                Port = options.Broker.Port,
                Gateway = gateway,
                Domain = series.Domain,
                Agent = "SensorGrid replay",
                Mode = UplinkMode.Fifo,
                Protocol = options.Protocol,
                PackReadings = options.PackReadings,
                Window = options.Window,
                LongestPause = TimeSpan.FromSeconds(2),
            },
            outbox, clock, logger, new Random(gateways.Count));
        gateways.Add(series.Gateway, new(outbox, uplink, datastreams.ForGateway(gateway)));
    }

    private async Task<ReplayEnding> FeedAndWaitAsync(Task running, CancellationToken cancellationToken)
    {
        using var patience = new Patience(options.Patience, clock, ExpectedCount, cancellationToken);
        var work = FeedAndAwaitAcknowledgementsAsync(patience.Token);
        if (await Task.WhenAny(work, running) == running)
        {
            // Uplinks end by themselves only when storage failed: that must end the replay, not leave it waiting.
            patience.Stop();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await running;
        }
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (patience.IsOver && !cancellationToken.IsCancellationRequested)
        {
            return ReplayEnding.NotAcknowledged;
        }
        return Progress.SetAside > 0 ? ReplayEnding.SomeSetAside : ReplayEnding.AllAcknowledged;
    }

    private async Task FeedAndAwaitAcknowledgementsAsync(CancellationToken cancellationToken)
    {
        await FeedAsync(cancellationToken);
        foreach (var gateway in gateways.Values)
            await gateway.Outbox.WhenAcknowledgedAsync(gateway.Outbox.LastKept, cancellationToken);
    }

    /// <summary>Readings answered by the centre while some are on their way; null while nothing is expected of it.</summary>
    private long? ExpectedCount()
    {
        var now = Progress;
        long answered = now.Acknowledged + now.SetAside;
        return gateways.Values.All(gateway => gateway.Outbox.HeldReadings == 0) ? null : answered;
    }

    private async Task FeedAsync(CancellationToken cancellationToken)
    {
        var shift = options.ShiftToNow
            ? TimeShift.ToNow(Span.FirstTicks, Span.LastTicks, clock.GetUtcNow().UtcTicks, options.Speed)
            : TimeShift.None;
        var schedule = new ReplaySchedule(clock, options.Speed, Span.FirstTicks);
        foreach (var reading in RecordingReader.Read(descriptions, options.From, options.Until))
        {
            if (!reading.IsSent)
                continue;
            var delay = schedule.DelayUntil(reading.ObservedAtTicks);
            if (delay > TimeSpan.Zero)
            {
                await FlushAsync(cancellationToken);
                await Task.Delay(delay, clock, cancellationToken);
            }
            Interlocked.Exchange(ref recordedAtTicks, reading.ObservedAtTicks);
            var gateway = gateways[reading.Series.Gateway];
            gateway.Add(reading, shift);
            if (gateway.Batch.Count >= options.PackReadings)
                await KeepAsync(gateway, cancellationToken);
        }
        await FlushAsync(cancellationToken);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var gateway in gateways.Values)
            await KeepAsync(gateway, cancellationToken);
    }

    private async Task KeepAsync(GatewayReplay gateway, CancellationToken cancellationToken)
    {
        if (gateway.Batch.Count == 0)
            return;
        await gateway.Outbox.AppendAsync(gateway.Batch, datastreams, cancellationToken);
        Interlocked.Add(ref keptReadings, gateway.Batch.Count);
        gateway.Batch.Clear();
    }

    /// <summary>One gateway of the recording.</summary>
    private sealed class GatewayReplay(EdgeOutbox outbox, MqttUplink uplink, GatewayDatastreams names)
    {
        private readonly Dictionary<RecordedSeries, (DatastreamIndex Index, byte Unit)> indices = [];

        public EdgeOutbox Outbox => outbox;

        public MqttUplink Uplink => uplink;

        public ReadingBatch Batch { get; } = new();

        public void Add(in RecordedReading reading, TimeShift shift)
        {
            if (!indices.TryGetValue(reading.Series, out var known))
            {
                if (!names.TryResolve(Encoding.UTF8.GetBytes(reading.Series.Name), out var index))
                    throw new RecordingException(reading.Series.ToString(), 0, "The gateway has more datastreams than one may have (10,000).");
                indices[reading.Series] = known = (index, UnitRegistry.IdOf(reading.Series.Unit));
            }
            double value = reading.Kind == ReadingKind.Text ? Batch.AddText(Encoding.UTF8.GetBytes(reading.Text!)) : reading.Value;
            Batch.Add(new(known.Index, shift.Apply(reading.ObservedAtTicks), value, reading.Value2, reading.Kind, reading.Quality, known.Unit));
        }
    }
}
