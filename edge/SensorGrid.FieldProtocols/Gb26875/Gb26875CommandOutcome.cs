namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>How a command ended.</summary>
public enum Gb26875CommandResult : byte
{
    /// <summary>Confirmed, or its reply is durable.</summary>
    Answered,

    /// <summary>Denied each time.</summary>
    Denied,

    /// <summary>No answer that fits.</summary>
    TimedOut,

    /// <summary>A roll call: a person answered it in time.</summary>
    OnDuty,

    /// <summary>A roll call that the device confirmed: nobody answered in time.</summary>
    NobodyOnDuty,
}

/// <summary>End of a command that was given to a session.</summary>
/// <param name="Ticket">Number that <see cref="Gb26875CentreSession.TrySend"/> gave.</param>
/// <param name="Type">What was told or asked.</param>
/// <param name="Result">How it ended.</param>
/// <param name="AtTicks">When, UTC ticks.</param>
public readonly record struct Gb26875CommandOutcome(int Ticket, Gb26875UnitType Type, Gb26875CommandResult Result, long AtTicks);
