using System.Diagnostics;
using SensorGrid.Ingest.Sources.Mqtt.Polling;
using SensorGrid.Readings.Time;

namespace SensorGrid.Benches.Load;

/// <summary>All gateways of a run.</summary>
internal sealed class SenderGroup(LoadPlan plan) : IDisposable
{
    private readonly List<GatewaySender> senders = [.. Enumerable.Range(0, plan.Gateways).Select(number => new GatewaySender(plan, number))];

    /// <summary>Messages.</summary>
    public long Acknowledged => senders.Sum(sender => sender.Acknowledged);

    /// <summary>Messages.</summary>
    public long Sent => senders.Sum(sender => sender.Sent);

    public void Connect(int port)
    {
        foreach (var sender in senders)
            sender.Connection.Connect(port);
    }

    /// <summary>Closed loop: each window is kept full.</summary>
    public Task RunAsync(CancellationToken end) => PollAsync(isClosed: true, end);

    /// <summary>Takes acknowledgements while <see cref="PaceAsync"/> sends.</summary>
    public Task ReceiveAsync(CancellationToken end) => PollAsync(isClosed: false, end);

    /// <summary>Open loop at a rate: one clock for all connections, so that the generator costs little beside the service. Each connection sends when it
    /// is due, whatever is unacknowledged; only a full window holds it back. What was begun when it ends is sent whole, for whoever counts.</summary>
    public Task PaceAsync(int readingsPerSecond, CancellationToken end) => Task.Factory.StartNew(
        () => Pace(readingsPerSecond / (double)plan.Pack / plan.Gateways, end), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Waits until everything that was sent is acknowledged.</summary>
    /// <returns>False: some was not, in that time.</returns>
    public async Task<bool> AcknowledgedInAsync(TimeSpan patience, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        while (senders.Exists(sender => sender.Connection.Unacknowledged > 0))
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellation);
        }
        return true;
    }

    public void Record(bool recording)
    {
        foreach (var sender in senders)
            sender.Latencies.Recording = recording;
    }

    public LatencyRecorder Latencies() => LatencyRecorder.Merge(senders.Select(sender => sender.Latencies));

    public void Dispose()
    {
        foreach (var sender in senders)
            sender.Connection.Dispose();
    }

    private void Pace(double messagesPerSecond, CancellationToken end)
    {
        long started = Stopwatch.GetTimestamp();
        while (!end.IsCancellationRequested)
        {
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            for (int i = 0; i < senders.Count; i++)
            {
                // Spread over the period, as gateways are that know nothing of each other.
                senders[i].SendDue(seconds * messagesPerSecond + i / (double)senders.Count);
            }
            // A timer's millisecond or two would send forty at once, each of which then waits for those before it.
            ShortSleep.For(TimeSpan.FromMicroseconds(100));
        }
    }

    // One thread for all connections: it handles those that have something, and sleeps when none has. In a task for each the generator cost as much as the service.
    private Task PollAsync(bool isClosed, CancellationToken end) => Task.Factory.StartNew(
        () =>
        {
            using var poll = new Epoll();
            for (int i = 0; i < senders.Count; i++)
            {
                if (isClosed)
                    senders[i].SendDue(double.MaxValue);
                poll.Watch(senders[i].Connection.Socket, i);
            }
            using var ending = end.UnsafeRegister(static poll => ((Epoll)poll!).Interrupt(), poll);
            while (!end.IsCancellationRequested)
            {
                // Gateways on machines of their own are not woken one by one on this one.
                ShortSleep.For(TimeSpan.FromMicroseconds(50));
                int count = poll.Wait();
                for (int i = 0; i < count; i++)
                {
                    var (key, events) = poll.At(i);
                    if (key == Epoll.InterruptKey || (events & ~Epoll.Writable) == 0)
                        continue;
                    var sender = senders[(int)key];
                    sender.Receive();
                    if (isClosed)
                        sender.SendDue(double.MaxValue);
                }
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
