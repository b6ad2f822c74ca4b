namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>How a command ended.</summary>
public enum Hj212CommandEnd : byte
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>Done; there was nothing to send (ExeRtn 100).</summary>
    NoData,

    /// <summary>The station does not carry it out (QnRtn).</summary>
    Refused,

    /// <summary>It could not (ExeRtn).</summary>
    Failed,

    /// <summary>No answer, however often it was sent.</summary>
    TimedOut,

    /// <summary>An answer, but no result.</summary>
    NoResult,

    /// <summary>It could not be written; the code is a <see cref="Hj212WriteError"/>.</summary>
    NotWritten,
}

/// <summary>A command and its end.</summary>
/// <param name="Station">Its MN.</param>
/// <param name="Command">CN.</param>
/// <param name="End">How it ended.</param>
/// <param name="Code">The station's own return code, where there is one.</param>
/// <param name="Packets">Packets of data that came for it.</param>
public readonly record struct Hj212CommandOutcome(string Station, int Command, Hj212CommandEnd End, int Code, int Packets);
