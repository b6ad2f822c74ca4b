using System.Buffers;
using System.IO.Pipelines;

namespace SensorGrid.FieldProtocols.Frames;

/// <summary>What came out of a stream next.</summary>
public enum FrameStreamOutcome : byte
{
    /// <summary>A frame, in <see cref="FrameStream.Current"/>.</summary>
    Frame,

    /// <summary>Bytes that looked like one; the search went on behind their first byte.</summary>
    Fault,

    /// <summary>Nothing came for the idle time; the peer may be asked for a sign of life. Reading goes on.</summary>
    Idle,

    /// <summary>No frame within <see cref="FrameStreamLimits.MaxBytesWithoutFrame"/>: this peer speaks something else.</summary>
    NotThisProtocol,

    /// <summary>The peer closed.</summary>
    End,
}

/// <summary>Bounds of one stream.</summary>
public sealed record FrameStreamLimits
{
    /// <summary>Bytes without any good frame after which a peer is given up: 64 KiB, as the protocols' practice has it.</summary>
    public int MaxBytesWithoutFrame { get; init; } = 64 * 1024;

    /// <summary>How long the rest of a frame is awaited before its beginning counts as noise.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Frames out of a pipe: scans, drops noise byte by byte, waits for the rest. Holds at most two frames of bytes. One reader at a time.</summary>
/// <param name="input">Where bytes come from; its owner completes it.</param>
/// <param name="scanner">Knows what a frame is.</param>
/// <param name="limits">Bounds.</param>
/// <param name="time">For <see cref="FrameStreamLimits.Idle"/>.</param>
public sealed class FrameStream(PipeReader input, IFrameScanner scanner, FrameStreamLimits limits, TimeProvider time)
{
    private readonly byte[] buffer = new byte[scanner.MaxFrameBytes * 2];
    private int start;
    private int end;
    private int frameStart;
    private int frameLength;
    private long bytesWithoutFrame;
    private bool isClosed;

    /// <summary>The frame after <see cref="FrameStreamOutcome.Frame"/>; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Current => buffer.AsMemory(frameStart, frameLength);

    /// <summary>Why after <see cref="FrameStreamOutcome.Fault"/>.</summary>
    public FrameFault Fault { get; private set; }

    /// <summary>What it was about, from the presumed frame's first byte to the last that came; valid until the next call.</summary>
    public ReadOnlyMemory<byte> FaultBytes => buffer.AsMemory(start - 1, end - start + 1);

    /// <summary>Bytes so far that belonged to no frame.</summary>
    public long NoiseBytes { get; private set; }

    /// <summary>The next thing that comes out.</summary>
    public async ValueTask<FrameStreamOutcome> NextAsync(CancellationToken cancellationToken)
    {
        bool isIdle = false;
        while (true)
        {
            if (Look(isClosed || isIdle) is { } found)
                return found;
            if (isClosed)
                return FrameStreamOutcome.End;
            if (bytesWithoutFrame > limits.MaxBytesWithoutFrame)
                return FrameStreamOutcome.NotThisProtocol;
            if (isIdle)
                return FrameStreamOutcome.Idle;
            isIdle = !await FillAsync(cancellationToken);
        }
    }

    // What the bytes at hand give; null when more are needed.
    private FrameStreamOutcome? Look(bool isFinal)
    {
        if (start == end)
            return null;
        var scan = scanner.Scan(buffer.AsSpan(start, end - start), isFinal);
        NoiseBytes += scan.Start - scan.Filler;
        start += scan.Start;
        switch (scan.Outcome)
        {
            case FrameScanOutcome.Frame:
                (frameStart, frameLength) = (start, scan.Length);
                start += scan.Length;
                bytesWithoutFrame = 0;
                return FrameStreamOutcome.Frame;
            case FrameScanOutcome.Fault:
                Fault = scan.Fault;
                NoiseBytes++;
                start++;
                return FrameStreamOutcome.Fault;
            default:
                return null;
        }
    }

    // False when nothing came within the idle time.
    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        ReadResult result;
        if (!input.TryRead(out result))
        {
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), idle, limits.Idle, Timeout.InfiniteTimeSpan);
            try
            {
                result = await input.ReadAsync(idle.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
        var bytes = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length - end));
        bytes.CopyTo(buffer.AsSpan(end));
        end += (int)bytes.Length;
        bytesWithoutFrame += bytes.Length;
        input.AdvanceTo(bytes.End);
        isClosed = result.IsCompleted && bytes.Length == result.Buffer.Length;
        return true;
    }
}
