using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SensorGrid.Readings.Time;

namespace SensorGrid.Ingest.Sources.Mqtt.Polling;

/// <summary>One thread that reads many connections: whatever came is read and handled on it, one connection after the other, and nothing is handed to another thread on
/// the way. Where one read brings one message, that hand-over costs several times what the message does. What comes after a quiet moment is read at once; while more
/// comes, rounds begin an interval apart, so that not each message has to wake the thread: a wake costs as much as ten messages.
/// <code>
/// epoll ─► recv ─► pipe ─► packets ─► log's queue          this thread
///                            commit ─► answers ─► send     threads of the pool, one after the other
/// </code></summary>
internal sealed class PollLoop : IAsyncDisposable
{
    // Far below what a commit takes, and enough for some messages where there are many.
    private static readonly TimeSpan Interval = TimeSpan.FromMicroseconds(200);

    private readonly Epoll poll = new();
    private readonly ConcurrentDictionary<long, PolledConnection> connections = new();
    private readonly ConcurrentQueue<PolledConnection> due = new();
    private readonly ILogger logger;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long lastKey;
    private volatile bool stopping;

    public PollLoop(MemoryPool<byte> memory, int number, ILogger logger)
    {
        (Memory, this.logger) = (memory, logger);
        new Thread(Run) { IsBackground = true, Name = $"mqtt {number}" }.Start();
    }

    /// <summary>Where buffers come from.</summary>
    public MemoryPool<byte> Memory { get; }

    /// <summary>Takes a connection; it is read from now on.</summary>
    public PolledConnection Add(Socket socket)
    {
        long key = Interlocked.Increment(ref lastKey);
        var connection = new PolledConnection(this, key, socket);
        connections[key] = connection;
        poll.Watch(socket, key);
        return connection;
    }

    /// <summary>Lets the thread look at a connection again, soon. Any thread.</summary>
    public void Post(PolledConnection connection)
    {
        due.Enqueue(connection);
        poll.Interrupt();
    }

    /// <summary>The connection is closed.</summary>
    public void Remove(long key) => connections.TryRemove(key, out _);

    /// <summary>Ends the thread, when its connections have ended.</summary>
    public ValueTask DisposeAsync()
    {
        stopping = true;
        poll.Interrupt();
        return new(ended.Task);
    }

    private void Run()
    {
        long began = Stopwatch.GetTimestamp() - Stopwatch.Frequency;
        while (!stopping)
        {
            if (Interval - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left)
                ShortSleep.For(left);
            int count = poll.Wait();
            began = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                var (key, events) = poll.At(i);
                if (key != Epoll.InterruptKey && connections.TryGetValue(key, out var connection))
                    Guard(connection, events);
            }
            // Those that come meanwhile have interrupted the next wait.
            for (int posted = due.Count; posted > 0 && due.TryDequeue(out var connection); posted--)
                Guard(connection, 0);
        }
        foreach (var connection in connections.Values)
            connection.Close();
        poll.Dispose();
        ended.SetResult();
    }

    // One connection's fault is not the others'.
    private void Guard(PolledConnection connection, uint events)
    {
        try
        {
            connection.Handle(events);
        }
        catch (Exception e)
        {
            Log.PolledConnectionFailed(logger, e);
            connection.Abort();
        }
    }
}
