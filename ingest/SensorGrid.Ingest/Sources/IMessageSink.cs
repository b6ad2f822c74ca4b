using SensorGrid.Ingest.Admission;

namespace SensorGrid.Ingest.Sources;

/// <summary>Where sources put messages. Answers once the message is on disk, or will never be.</summary>
public interface IMessageSink
{
    /// <summary>False once the log has failed: no message will be acknowledged again by this process, so a source should not invite any.</summary>
    bool IsAvailable { get; }

    /// <summary>Takes one message. May be called by many connections at once; waits while the log is behind, so the caller must not read
    /// on before it has its answer. Never throws for what a sender did.</summary>
    ValueTask<AdmissionResult> AdmitAsync(in IncomingMessage message);
}
