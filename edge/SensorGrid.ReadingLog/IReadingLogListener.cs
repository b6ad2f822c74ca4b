namespace SensorGrid.ReadingLog;

/// <summary>Told by a <see cref="ReadingLogWriter"/> how far the log is durable, on the writer's thread: it must return at once and never throw.</summary>
public interface IReadingLogListener
{
    /// <summary>Everything up to this sequence is on the disk.</summary>
    void Committed(long durableSequence);

    /// <summary>Nothing more will become durable. May be said more than once.</summary>
    void Failed(ReadingLogException reason);
}
