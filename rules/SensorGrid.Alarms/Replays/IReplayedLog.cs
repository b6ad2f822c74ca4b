using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Alarms.Replays;

/// <summary>Takes one record of a log.</summary>
/// <param name="kind">What it is, by the number that stands on disk: see <see cref="LogReplay.Take"/>.</param>
/// <param name="sequence">Its number.</param>
/// <param name="receivedAtTicks">When it was received.</param>
/// <param name="topic">Topic of a message, type of a command.</param>
/// <param name="principal">Who sent it.</param>
/// <param name="payload">Its bytes; valid during the call.</param>
/// <returns>False when no more are wanted.</returns>
public delegate bool TakeLogRecord(byte kind, long sequence, long receivedAtTicks, string topic, string principal, ReadOnlySpan<byte> payload);

/// <summary>A log that parts of can be played again: that of a running service, or a copy.</summary>
public interface IReplayedLog
{
    /// <summary>Number of the first record that is there.</summary>
    long FirstSequence { get; }

    /// <summary>Gives the records received at or after a time, in order, from one number to another.</summary>
    /// <param name="notBeforeTicks">The time.</param>
    /// <param name="fromSequence">The first number; less than what is there means the first that is.</param>
    /// <param name="upToSequence">The last number.</param>
    /// <param name="take">Gets them.</param>
    void Play(long notBeforeTicks, long fromSequence, long upToSequence, TakeLogRecord take);

    /// <summary>Catalogue and rules as they were in force just before a record; empty where there were none, or where that is not known.</summary>
    /// <param name="sequence">Number of the record.</param>
    ReplayedDefinitions DefinitionsBefore(long sequence);
}

/// <summary>What was in force at a place of the log.</summary>
/// <param name="Catalogue">Catalogue files.</param>
/// <param name="Rules">Rule files.</param>
/// <param name="RulesBy">Who put the rules into force, or null when that is not known.</param>
/// <param name="RulesAtTicks">When, or 0.</param>
public sealed record ReplayedDefinitions(SourceBundle Catalogue, SourceBundle Rules, string? RulesBy, long RulesAtTicks);
