using SensorGrid.Readings;

namespace SensorGrid.Alarms.Replays;

/// <summary>
/// Gives the records of a reading log, as they stand in it, to one or several rule sets: decoded once for all of them, and otherwise as the service
/// did when they came. Pure; whoever has the log reads it.
/// <code>
/// payload ─► decode once ─┬─► evaluation of the old rules ─► transitions
/// tick, command ──────────┴─► evaluation of the new rules ─► transitions
/// </code>
/// </summary>
public sealed class LogReplay
{
    private readonly IReadOnlyList<ReplayedAlarms> sets;
    private readonly Func<string, bool> takes;
    private readonly LogMessageDecoder decoder;

    /// <param name="table">Gives the datastreams their numbers; the one of the evaluations.</param>
    /// <param name="takes">Which commands of the log count, by type: a comparison of rules leaves out those that put rules into force.</param>
    /// <param name="sets">Who evaluates.</param>
    public LogReplay(DatastreamTable table, Func<string, bool> takes, params IReadOnlyList<ReplayedAlarms> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        decoder = new(table);
        this.takes = takes;
        this.sets = sets;
    }

    /// <summary>Readings so far.</summary>
    public long Readings { get; private set; }

    /// <summary>Messages without a reading so far: refused ones, and those of topics that carry none.</summary>
    public long WithoutReadings { get; private set; }

    /// <summary>True for the commands that put a catalogue or rules into force.</summary>
    public static bool IsActivation(string type) => type is AlarmCommands.ActivateCatalogue or AlarmCommands.ActivateRules;

    /// <summary>Takes a record of any kind.</summary>
    /// <param name="kind">1 message, 2 tick, 3 command, as the log's format numbers them; another kind is of a later time and passed over.</param>
    /// <param name="sequence">Sequence of the record.</param>
    /// <param name="receivedAtTicks">When it was received.</param>
    /// <param name="topic">Topic of a message, type of a command.</param>
    /// <param name="principal">Who sent it.</param>
    /// <param name="payload">Its bytes.</param>
    /// <returns>Readings of a message, not assessed; valid until the next call.</returns>
    public ReadOnlySpan<Reading> Take(byte kind, long sequence, long receivedAtTicks, string topic, string principal, ReadOnlySpan<byte> payload)
    {
        const byte Message = 1, Tick = 2, Command = 3;
        switch (kind)
        {
            case Message:
                return OnPayload(sequence, receivedAtTicks, topic, payload);
            case Tick:
                OnTick(sequence, receivedAtTicks);
                break;
            case Command:
                OnCommand(sequence, receivedAtTicks, topic, principal, payload);
                break;
        }
        return [];
    }

    /// <summary>Takes a message.</summary>
    /// <param name="sequence">Sequence of the record.</param>
    /// <param name="receivedAtTicks">When it was received.</param>
    /// <param name="topic">Topic it came to.</param>
    /// <param name="payload">Its bytes.</param>
    /// <returns>Its readings, not assessed; valid until the next call.</returns>
    public ReadOnlySpan<Reading> OnPayload(long sequence, long receivedAtTicks, string topic, ReadOnlySpan<byte> payload)
    {
        var decoded = decoder.Decode(receivedAtTicks, topic, payload, out string gateway);
        OnReadings(sequence, receivedAtTicks, gateway, decoded);
        return decoded;
    }

    /// <summary>Takes a message that a <see cref="LogMessageDecoder"/> has decoded.</summary>
    /// <param name="sequence">Sequence of the record.</param>
    /// <param name="receivedAtTicks">When it was received.</param>
    /// <param name="gateway">Who sent it.</param>
    /// <param name="decoded">Its readings.</param>
    public void OnReadings(long sequence, long receivedAtTicks, string gateway, ReadOnlySpan<Reading> decoded)
    {
        Readings += decoded.Length;
        if (decoded.Length == 0)
            WithoutReadings++;
        foreach (var set in sets)
            set.Evaluation.OnPayload(sequence, receivedAtTicks, gateway, decoded, set.Output);
    }

    /// <summary>Takes a clock tick.</summary>
    /// <param name="sequence">Sequence of the record.</param>
    /// <param name="receivedAtTicks">The log's time.</param>
    public void OnTick(long sequence, long receivedAtTicks)
    {
        foreach (var set in sets)
            set.Evaluation.OnTick(sequence, receivedAtTicks, set.Output);
    }

    /// <summary>Takes a command, unless it is of a type that does not count: then only its time does.</summary>
    /// <param name="sequence">Sequence of the record.</param>
    /// <param name="receivedAtTicks">When it was received.</param>
    /// <param name="type">What is to be done.</param>
    /// <param name="principal">Who wants it.</param>
    /// <param name="payload">With what.</param>
    public void OnCommand(long sequence, long receivedAtTicks, string type, string principal, ReadOnlySpan<byte> payload)
    {
        if (!takes(type))
        {
            OnTick(sequence, receivedAtTicks);
            return;
        }
        foreach (var set in sets)
            set.Evaluation.OnCommand(sequence, receivedAtTicks, type, principal, payload, set.Output);
    }
}
