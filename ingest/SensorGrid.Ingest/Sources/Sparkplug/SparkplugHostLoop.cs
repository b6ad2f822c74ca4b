using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Admission;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Sources.Sparkplug;

/// <summary>What a host application does of itself: ends waits, asks edge nodes for their births, and says that it is there. Looks several times a
/// second; holds no queue, for what is due stands at the edge nodes.</summary>
public sealed class SparkplugHostLoop
{
    private const int LooksPerSecond = 10;

    private readonly SparkplugHost host;
    private readonly SparkplugOptions options;
    private readonly IMessagePublisher publisher;
    private readonly bool announces;
    private readonly IngestMetrics metrics;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly RateLimitedLine rebirthLine;
    private volatile bool isAnnounced;
    private volatile bool hasLeft;

    /// <param name="host">The sessions.</param>
    /// <param name="options">Validated.</param>
    /// <param name="publisher">The way to edge nodes.</param>
    /// <param name="announces">Whether to publish our state: not where the connection to a broker does it with its will.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Diagnostics.</param>
    public SparkplugHostLoop(
        SparkplugHost host, SparkplugOptions options, IMessagePublisher publisher, bool announces, IngestMetrics metrics, TimeProvider time,
        ILogger<SparkplugHostLoop> logger)
    {
        this.host = host;
        this.options = options;
        this.publisher = publisher;
        this.announces = announces;
        this.metrics = metrics;
        this.time = time;
        this.logger = logger;
        rebirthLine = new(time, TimeSpan.FromSeconds(1));
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / LooksPerSecond, time);
        do
            await LookAsync(cancellationToken);
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Looks once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (announces && !isAnnounced && !hasLeft)
            isAnnounced = await AnnounceAsync(online: true, cancellationToken);
        // At least one, however few there may be in a second.
        int left = Math.Max(1, options.RebirthsPerSecond / LooksPerSecond);
        foreach (var (node, name) in host.Due)
        {
            host.EndWait(node);
            if (left > 0 && MustAsk(node))
            {
                left--;
                await AskAsync(name.Group, name.Edge, cancellationToken);
            }
        }
    }

    /// <summary>Says that we go; for a stop in good order.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        hasLeft = true;
        if (isAnnounced)
            await AnnounceAsync(online: false, cancellationToken);
    }

    private async Task<bool> AnnounceAsync(bool online, CancellationToken cancellationToken)
    {
        var state = new SparkplugState(online, time.GetUtcNow().ToUnixTimeMilliseconds());
        return await publisher.PublishAsync([new(options.StateTopic, state.ToPayload(), Retain: true)], cancellationToken) != PublishOutcome.Unavailable;
    }

    private bool MustAsk(SparkplugNode node)
    {
        lock (node.Gate)
        {
            if (node.HeldCount == 0 && !node.Rebirth.IsWanted)
            {
                host.Due.TryRemove(node, out _);
                return false;
            }
            return node.Rebirth.TryAsk(host.NowTicks);
        }
    }

    private async Task AskAsync(string group, string edge, CancellationToken cancellationToken)
    {
        string topic = SparkplugTopic.Format(group, SparkplugMessageType.NodeCommand, edge);
        byte[] request = SparkplugCommands.RebirthRequest((ulong)time.GetUtcNow().ToUnixTimeMilliseconds());
        var outcome = await publisher.PublishAsync([new(topic, request, Retain: false) { AtMostOnce = true, IsBinary = true }], cancellationToken);
        metrics.RebirthRequested(outcome.ToString());
        if (rebirthLine.Allows(out long suppressed))
            Log.RebirthRequested(logger, SafeText.Of($"{group}/{edge}"), outcome.ToString(), suppressed);
    }
}
