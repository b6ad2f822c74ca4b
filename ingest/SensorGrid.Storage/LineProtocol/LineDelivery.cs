using Microsoft.Extensions.Logging;
using SensorGrid.Readings.Time;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>Brings a batch to its store, whatever it takes: sends, waits and sends again, cuts in halves what is too large, and finds the lines
/// that can never be taken. Lines are sent in their order, so that of two values at one time the later stays the later.
/// <code>
/// accepted                      on to what is left
/// too large, lines refused      the piece is cut in two and sent again; a single line that is refused is a dead letter
/// busy, unavailable             the piece is sent again after Retry-After, or after a pause that doubles
/// misconfigured                 the piece is sent again after ConfigurationRetry, with secrets read anew
/// </code></summary>
internal sealed class LineDelivery(
    LineProtocolSink sink, ExternalStoreOptions options, ExternalStoreState state, TimeProvider time, Random random, ILogger logger)
{
    private readonly RetryPauses pauses = new(options.RetryFirst, options.RetryLongest, random);

    // Pieces still to be sent, the next one on top. A cut adds one, so there are never more than the logarithm of the batch.
    private readonly Stack<(int First, int Count)> pieces = new();

    // The failure that people were told of, until the store answers to the point again.
    private StoreVerdict? told;

    // Learned from "too large"; a batch is cut to it without asking again.
    private int largestBytes = int.MaxValue;

    /// <summary>Sends a batch until the store has each line or refuses it for good.</summary>
    /// <param name="batch">The lines.</param>
    /// <param name="refused">Gets those that the store refuses.</param>
    /// <param name="attempts">Failures that pass after which to give up; <see cref="int.MaxValue"/>: never.</param>
    /// <param name="cancellationToken">Ends it; lines may then have been sent or not.</param>
    /// <returns>False when it gave up; lines of the batch may then have been sent or not.</returns>
    public async Task<bool> DeliverAsync(LineBatch batch, List<DeadLetter> refused, int attempts, CancellationToken cancellationToken)
    {
        pieces.Clear();
        pieces.Push((0, batch.Count));
        int left = attempts;
        int searched = 0;
        while (pieces.TryPop(out var piece))
        {
            var lines = batch.Slice(piece.First, piece.Count);
            if (lines.Length > largestBytes && piece.Count > 1)
            {
                Cut(piece);
                continue;
            }
            var answer = await sink.WriteAsync(lines, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (searched > 0)
                searched++;
            if (answer.Verdict != StoreVerdict.Accepted)
                state.RequestFailed(answer.Verdict);
            if (answer.Verdict is StoreVerdict.Accepted or StoreVerdict.LinesRefused or StoreVerdict.TooLarge)
                Answered();
            switch (answer.Verdict)
            {
                case StoreVerdict.Accepted:
                    state.PointsAccepted(piece.Count, Math.Min(answer.Expired, piece.Count), time.GetUtcNow());
                    left = attempts;
                    break;
                case StoreVerdict.TooLarge when piece.Count > 1:
                    largestBytes = lines.Length / 2;
                    Log.BatchTooLarge(logger, state.Name, lines.Length, largestBytes);
                    Cut(piece);
                    break;
                case StoreVerdict.LinesRefused when piece.Count > 1 && searched < options.SearchRequests:
                    searched = Math.Max(searched, 1);
                    Cut(piece);
                    break;
                case StoreVerdict.LinesRefused or StoreVerdict.TooLarge:
                    Refuse(batch, piece, answer.Reason, refused);
                    break;
                default:
                    Failed(answer);
                    if (attempts != int.MaxValue && --left <= 0)
                        return false;
                    pieces.Push(piece);
                    state.PointsRetried(piece.Count);
                    await Task.Delay(PauseAfter(answer), time, cancellationToken);
                    break;
            }
        }
        return true;
    }

    private void Cut((int First, int Count) piece)
    {
        int half = piece.Count / 2;
        pieces.Push((piece.First + half, piece.Count - half));
        pieces.Push((piece.First, half));
    }

    private void Answered()
    {
        pauses.Succeeded();
        if (told == null)
            return;
        told = null;
        state.SetProblem(null);
        Log.StoreRecovered(logger, state.Name);
    }

    private static void Refuse(LineBatch batch, (int First, int Count) piece, string reason, List<DeadLetter> refused)
    {
        if (piece.Count > 1)
            reason = $"{reason} (one of {piece.Count} lines that were refused together and not searched further: SearchRequests)";
        for (int i = piece.First; i < piece.First + piece.Count; i++)
            refused.Add(new(batch.SequenceOf(i), reason, batch.Line(i).ToArray()));
    }

    private void Failed(in StoreAnswer answer)
    {
        string reason = $"{state.Name} at {state.Address} {answer.Reason}";
        if (answer.Verdict == StoreVerdict.Misconfigured && sink.RenewSecrets() is { } unread)
            reason = $"{reason} {unread}";
        state.SetProblem(reason);
        // Told once for each kind of failure; the status tells it all the time.
        if (told != answer.Verdict)
            Log.StoreFailed(logger, reason);
        told = answer.Verdict;
    }

    private TimeSpan PauseAfter(in StoreAnswer answer) => answer switch
    {
        { Verdict: StoreVerdict.Misconfigured } => options.ConfigurationRetry,
        { RetryAfter: { } asked } when asked > TimeSpan.Zero => asked,
        _ => pauses.Next(),
    };
}
