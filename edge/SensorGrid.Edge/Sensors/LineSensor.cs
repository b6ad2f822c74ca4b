using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Edge.Sensors;

/// <summary>
/// Readings from a local program: SenML JSON packs, one a line, from standard input, a named pipe or a file. Times may be relative;
/// they count from the moment the line came. A line that cannot be read is counted and skipped; it never stops the sensor.
/// <code>line = pack *[ CR ] LF; pack as in RFC 8428; blank lines and lines beginning with '#' are left out</code>
/// </summary>
public sealed class LineSensor : ISensor
{
    private readonly PipeReader reader;
    private readonly TelemetryTopic topic;
    private readonly GatewayDatastreams datastreams;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly int mostLineBytes;
    private readonly PayloadDecoder decoder = new();
    private bool skipping;

    /// <param name="id">Short name for messages.</param>
    /// <param name="source">Bytes.</param>
    /// <param name="topic">Readings topic of the gateway the lines speak for.</param>
    /// <param name="datastreams">Its datastreams.</param>
    /// <param name="clock">Clock for relative times.</param>
    /// <param name="logger">Where refused lines are told.</param>
    /// <param name="mostLineBytes">Longest line; the longest pack by default.</param>
    public LineSensor(
        string id, PipeReader source, TelemetryTopic topic, GatewayDatastreams datastreams, TimeProvider clock, ILogger logger,
        int mostLineBytes = SenMlLimits.Payload)
    {
        Id = id;
        reader = source;
        this.topic = topic;
        this.datastreams = datastreams;
        this.clock = clock;
        this.logger = logger;
        this.mostLineBytes = mostLineBytes;
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <summary>Lines met, refused ones included.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Why the last line was refused: a word of <see cref="PayloadReasons"/>, or <c>unfinished_line</c>.</summary>
    public string LastRefusal { get; private set; } = "";

    /// <inheritdoc/>
    public async ValueTask<SampleOutcome> SampleAsync(ReadingBatch into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        into.Clear();
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var bytes = result.Buffer;
            bool sampled = TryTakeLine(ref bytes, into);
            // What was looked at and holds no line end is examined; then the pipe waits for more. At the end nothing more comes.
            reader.AdvanceTo(bytes.Start, sampled ? bytes.Start : bytes.End);
            if (sampled)
                return SampleOutcome.Sampled;
            if (result.IsCompleted)
            {
                if (bytes.Length > 0 && !skipping)
                    Refuse("unfinished_line", (int)bytes.Length, newLine: true);
                return SampleOutcome.Ended;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => reader.CompleteAsync();

    /// <summary>Takes lines until one gave readings; leaves in <paramref name="bytes"/> what was not used up.</summary>
    private bool TryTakeLine(ref ReadOnlySequence<byte> bytes, ReadingBatch into)
    {
        while (true)
        {
            var scan = LineScanner.Scan(bytes, mostLineBytes, out var line, out var consumed);
            if (scan == LineScan.Incomplete)
                return false;
            if (scan == LineScan.TooLong && consumed.Equals(bytes.Start))
            {
                // The end of this line is still to come: let go of what is here and skip until it does.
                if (!skipping)
                    Refuse(PayloadReason.PayloadTooLarge.ToWord(), mostLineBytes, newLine: true);
                skipping = true;
                bytes = bytes.Slice(bytes.End);
                return false;
            }
            bytes = bytes.Slice(consumed);
            if (skipping)
            {
                skipping = false;
                continue;
            }
            if (scan == LineScan.TooLong)
                Refuse(PayloadReason.PayloadTooLarge.ToWord(), mostLineBytes, newLine: true);
            else if (TryRead(line, into))
                return true;
        }
    }

    private bool TryRead(in ReadOnlySequence<byte> line, ReadingBatch into)
    {
        if (line.IsEmpty || line.FirstSpan[0] == (byte)'#')
            return false;
        Lines++;
        var outcome = decoder.Decode(topic, line, clock.GetUtcNow().UtcTicks, datastreams, into);
        if (outcome.IsRead)
            return into.Count > 0;
        Refuse(outcome.Reason.ToWord(), outcome.Position, newLine: false);
        return false;
    }

    private void Refuse(string reason, int position, bool newLine)
    {
        if (newLine)
            Lines++;
        Refused++;
        LastRefusal = reason;
        // The first, then the 2nd, 4th, 8th …: a broken program is told of, not copied into the log.
        if ((Refused & (Refused - 1)) == 0)
            Log.LineRefused(logger, Id, Lines, reason, position, Refused);
    }
}
