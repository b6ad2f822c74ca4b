using SensorGrid.Ingest.Following;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Appending;

/// <summary>Puts commands into the log (an acknowledgement, a new rule set): whatever can change an alarm takes its place in the log's order
/// and is durable before anybody hears "done".</summary>
public sealed class LogCommands
{
    /// <summary>Source on the records of what people and programs ask for.</summary>
    public const string Source = "api";

    /// <summary>Source on the records of what the service says of itself.</summary>
    public const string ServiceSource = "service";

    private readonly LogAppender appender;

    /// <param name="appender">Where commands go.</param>
    public LogCommands(LogAppender appender) => this.appender = appender;

    /// <summary>Appends a command and waits until it is durable.</summary>
    /// <param name="type">Its type, e.g. <c>alarm.acknowledge</c>.</param>
    /// <param name="principal">Who gave it.</param>
    /// <param name="payload">Its payload; not to be changed afterwards.</param>
    /// <exception cref="ReadingLogException">It is not durable, or not known to be: nobody may be told that it was done.</exception>
    public ValueTask<ReadingLogStamp> AppendAsync(string type, string principal, ReadOnlyMemory<byte> payload) =>
        appender.AppendCommandAsync(Source, type, principal, payload);

    /// <summary>Appends what the service says of itself. It has its place in the log when this returns.</summary>
    /// <param name="type">Its type, e.g. <c>service.started</c>.</param>
    /// <param name="payload">Its payload; not to be changed afterwards.</param>
    /// <param name="receivedAt">The time it is stamped with; null: now.</param>
    /// <returns>Completes when it is durable.</returns>
    /// <exception cref="ReadingLogException">It is not durable, or not known to be.</exception>
    public ValueTask<ReadingLogStamp> AppendOwnAsync(string type, ReadOnlyMemory<byte> payload = default, DateTimeOffset? receivedAt = null) =>
        appender.AppendCommandAsync(ServiceSource, type, ServiceSource, payload, receivedAt);

    /// <summary>Appends a command, waits until it is durable, and then until a follower has applied it.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="principal">Who gave it.</param>
    /// <param name="payload">Its payload; not to be changed afterwards.</param>
    /// <param name="follower">Who is to have applied it.</param>
    /// <param name="longest">How long to wait for the follower. The command stands in the log however that ends.</param>
    /// <param name="cancellationToken">Ends the wait for the follower.</param>
    /// <exception cref="ReadingLogException">It is not durable, or not known to be.</exception>
    public async Task<LoggedCommand> AppendAndApplyAsync(
        string type, string principal, ReadOnlyMemory<byte> payload, LogFollowerLoop follower, TimeSpan longest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(follower);
        var stamp = await AppendAsync(type, principal, payload);
        bool applied = await follower.WaitUntilAppliedAsync(stamp.Sequence, longest, cancellationToken);
        return new(stamp.Sequence, applied);
    }
}

/// <summary>A command that is in the log.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Applied">Whether the follower had applied it in time.</param>
public readonly record struct LoggedCommand(long Sequence, bool Applied);
