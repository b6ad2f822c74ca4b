namespace SensorGrid.Readings;

/// <summary>Facts about how a reading came. Bits are stored; they are never reused.</summary>
[Flags]
public enum ReadingFlags : byte
{
    /// <summary>Live and unremarkable.</summary>
    None = 0,

    /// <summary>Came on the backlog topic: stored earlier at the edge and sent after live data.</summary>
    Backlog = 1,

    /// <summary>ObservedAt lies further ahead of ReceivedAt than the tolerance.</summary>
    FutureStamp = 2,

    /// <summary>The unit sent could not be converted to the catalogue's unit.</summary>
    UnitMismatch = 4,

    /// <summary>A SenML secondary unit came in a pack whose version does not allow it.</summary>
    UnitVersionBreach = 8,

    /// <summary>ObservedAt lies before the year 2000: a clock that was never set.</summary>
    PastStamp = 16,
}
