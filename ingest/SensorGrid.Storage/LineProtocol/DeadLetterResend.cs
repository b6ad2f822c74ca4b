using System.Buffers;
using Microsoft.Extensions.Logging;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>Sends the dead letters of a store again, and removes what it accepts. Files are taken one by one, oldest first; one is changed only
/// after the store has answered for all of it, so that an end at any moment sends some lines twice and loses none. The service may run
/// meanwhile: it only ever adds whole files.</summary>
public static class DeadLetterResend
{
    // Failures that pass after which to give up: a person waits for the end.
    private const int Attempts = 3;

    /// <summary>Sends all of them again.</summary>
    /// <param name="options">The store, as the service knows it.</param>
    /// <param name="dataFolder">The service's data folder.</param>
    /// <param name="time">Clock of pauses and time-outs.</param>
    /// <param name="random">Source of jitter.</param>
    /// <param name="logger">Told when the store fails.</param>
    /// <param name="cancellationToken">Ends it between two answers.</param>
    /// <exception cref="IOException">A file cannot be read or written, or somebody else is sending them.</exception>
    public static async Task<ResendResult> RunAsync(
        ExternalStoreOptions options, string dataFolder, TimeProvider time, Random random, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = new DeadLetterFolder(DeadLetterFolder.PathOf(dataFolder, options), options.DeadLetterBytes);
        if (folder.Files.Count == 0)
            return new(0, 0, 0, null);
        await using var alone = new FileStream(Path.Combine(folder.Path, "resend.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        folder.ClearUpRewritten();
        using var sink = new LineProtocolSink(options, time);
        var state = new ExternalStoreState(options, sink.Address);
        var delivery = new LineDelivery(sink, options, state, time, random, logger);
        var result = new ResendResult(0, 0, 0, null);
        foreach (string file in folder.Files)
        {
            IReadOnlyList<DeadLetter> letters;
            try
            {
                letters = DeadLetterFolder.Read(file);
            }
            catch (FormatException e)
            {
                result = result with { Problem = $"{e.Message} The file was left as it is: somebody has edited it." };
                continue;
            }
            // Once the store is known to be away the rest is only counted.
            bool away = result.Unsent > 0;
            result = away || await SendAsync(letters, delivery, cancellationToken) is not { } refused
                ? result with { Unsent = result.Unsent + letters.Count, Problem = state.Problem ?? result.Problem }
                : Keep(folder, file, letters, refused, result);
        }
        return result;
    }

    // Null when the store is away.
    private static async Task<List<DeadLetter>?> SendAsync(IReadOnlyList<DeadLetter> letters, LineDelivery delivery, CancellationToken cancellationToken)
    {
        var batch = new LineBatch();
        foreach (var letter in letters)
        {
            batch.Buffer.Write(letter.Line);
            batch.Buffer.Write("\n"u8);
            batch.EndLine(letter.Sequence);
        }
        var refused = new List<DeadLetter>();
        return await delivery.DeliverAsync(batch, refused, Attempts, cancellationToken) ? refused : null;
    }

    private static ResendResult Keep(DeadLetterFolder folder, string file, IReadOnlyList<DeadLetter> letters, List<DeadLetter> refused, ResendResult result)
    {
        if (refused.Count < letters.Count)
            folder.Replace(file, refused);
        return result with
        {
            Accepted = result.Accepted + letters.Count - refused.Count,
            Refused = result.Refused + refused.Count,
            Problem = refused.Count > 0 ? refused[0].Reason : result.Problem,
        };
    }
}

/// <summary>What came of sending dead letters again.</summary>
/// <param name="Accepted">Lines the store took; they are gone from the folder.</param>
/// <param name="Refused">Lines it refused again; they stay.</param>
/// <param name="Unsent">Lines that were not sent, because the store was away; they stay.</param>
/// <param name="Problem">Why lines stay, of the last ones that do; null when none does.</param>
public sealed record ResendResult(long Accepted, long Refused, long Unsent, string? Problem);
