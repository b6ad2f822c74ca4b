using System.IO.Pipelines;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>One TCP connection: frames in, answers out, time-outs in between.</summary>
internal sealed class FieldConnection(FieldListener listener, IDuplexPipe transport, string peer)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly FieldExchange exchange = new(listener, peer, "tcp");
    private readonly FrameStream stream = new(transport.Input, listener.Kit.Format.Scanner, listener.StreamLimits, listener.Time);
    private long noise;
    private bool hasFrame;
    private Task posted = Task.CompletedTask;

    /// <summary>Runs until it ends.</summary>
    /// <returns>Why it ended, in a word for counters.</returns>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var next = stream.NextAsync(ending.Token).AsTask();
        long heard = listener.Time.GetTimestamp();
        try
        {
            while (true)
            {
                if (!await IsNextBeforeDueAsync(next, ending.Token))
                {
                    if (!await exchange.TickAsync(transport.Output, FlushAsync))
                        return "session";
                    continue;
                }
                var outcome = await next;
                listener.Metrics.NoiseDropped(listener.Kit.Name, stream.NoiseBytes - noise);
                noise = stream.NoiseBytes;
                switch (outcome)
                {
                    case FrameStreamOutcome.Frame:
                        hasFrame = true;
                        heard = listener.Time.GetTimestamp();
                        if (!await exchange.TakeAsync(stream.Current, transport.Output, FlushAsync))
                            return "session";
                        break;
                    case FrameStreamOutcome.Fault:
                        listener.Broken(exchange.Station, peer, stream.Fault);
                        await exchange.BrokenAsync(stream.FaultBytes, stream.Fault, transport.Output, FlushAsync);
                        break;
                    case FrameStreamOutcome.Idle when IsTooLong(heard):
                        return "silent";
                    case FrameStreamOutcome.NotThisProtocol:
                        return "not_this_protocol";
                    case FrameStreamOutcome.End:
                        return "peer";
                }
                if (!hasFrame && IsTooLong(heard))
                    return "silent";
                next = stream.NextAsync(ending.Token).AsTask();
            }
        }
        catch (OperationCanceledException)
        {
            return stop.IsCancellationRequested ? "shutdown" : "slow_reader";
        }
        catch (Exception e) when (e is IOException or Microsoft.AspNetCore.Connections.ConnectionResetException)
        {
            return "reset";
        }
        finally
        {
            exchange.Close();
            await ending.CancelAsync();
            // Its end is ours; why it ended is known already.
            await Task.WhenAll(next, posted).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private bool IsTooLong(long since) => listener.Time.GetElapsedTime(since) >= (hasFrame ? listener.Options.IdleTimeout : listener.Options.FirstFrameTimeout);

    private async ValueTask<bool> IsNextBeforeDueAsync(Task next, CancellationToken ended)
    {
        while (!next.IsCompleted)
        {
            long due = exchange.DueAtTicks, now = listener.NowTicks;
            if (due <= now)
                return false;
            if (posted.IsCompleted)
                posted = exchange.CommandPostedAsync(ended);
            if (due == long.MaxValue)
            {
                await Task.WhenAny(next, posted);
                continue;
            }
            // Far-off times are looked at again now and then.
            long wait = Math.Min(due - now, LongestWait.Ticks);
            using var enough = new CancellationTokenSource();
            await Task.WhenAny(next, posted, Task.Delay(TimeSpan.FromTicks(wait), listener.Time, enough.Token));
            await enough.CancelAsync();
        }
        return true;
    }

    private async ValueTask FlushAsync()
    {
        using var patience = new CancellationTokenSource(listener.Options.SendTimeout, listener.Time);
        var result = await transport.Output.FlushAsync(patience.Token);
        if (result.IsCompleted)
            throw new IOException("The station closed while it was answered.");
    }
}
