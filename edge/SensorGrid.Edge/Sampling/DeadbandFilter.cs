using SensorGrid.Readings;

namespace SensorGrid.Edge.Sampling;

/// <summary>Deadband of one datastream name.</summary>
/// <param name="Name">SenML name.</param>
/// <param name="Change">Smallest change worth reporting, in the datastream's own unit.</param>
/// <param name="AtLeastEvery">Longest silence, by observed time: then the value is sent although it did not change, so that silence
/// always means trouble.</param>
public sealed record Deadband(string Name, double Change, TimeSpan AtLeastEvery);

/// <summary>Why a reading passed the deadband, or did not.</summary>
public enum DeadbandVerdict
{
    /// <summary>Passed: no deadband is set for it, or it is no number.</summary>
    NotFiltered,

    /// <summary>Passed: first of its datastream.</summary>
    First,

    /// <summary>Passed: it changed enough since the last one sent.</summary>
    Changed,

    /// <summary>Passed: the longest silence is over.</summary>
    Due,

    /// <summary>Passed: its time lies before that of the last one sent; dropping it could hide a late peak.</summary>
    OutOfOrder,

    /// <summary>Held back: too near to the last one sent.</summary>
    Unchanged,
}

/// <summary>Holds back readings that say nothing new. Compares with the last reading *sent*, not the last one seen, so a slow drift
/// is reported every <see cref="Deadband.Change"/> and never creeps by. Pure: event time only.</summary>
public sealed class DeadbandFilter
{
    private readonly Dictionary<string, Deadband> byName;
    private readonly Dictionary<DatastreamIndex, State> states = [];

    /// <param name="deadbands">At most one for each name.</param>
    public DeadbandFilter(IEnumerable<Deadband> deadbands) =>
        byName = deadbands.ToDictionary(deadband => deadband.Name, StringComparer.Ordinal);

    /// <summary>Judges a reading; when it passes it becomes the one to compare with.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="name">Its SenML name.</param>
    public DeadbandVerdict Judge(in Reading reading, string name)
    {
        if (reading.Kind is not (ReadingKind.Number or ReadingKind.Boolean) || !byName.TryGetValue(name, out var deadband))
            return DeadbandVerdict.NotFiltered;
        var verdict = Compare(reading, deadband);
        if (verdict is not (DeadbandVerdict.Unchanged or DeadbandVerdict.OutOfOrder))
            states[reading.Datastream] = new(reading.Value, reading.ObservedAtTicks);
        return verdict;
    }

    private DeadbandVerdict Compare(in Reading reading, Deadband deadband)
    {
        if (!states.TryGetValue(reading.Datastream, out var sent))
            return DeadbandVerdict.First;
        if (reading.ObservedAtTicks < sent.ObservedAtTicks)
            return DeadbandVerdict.OutOfOrder;
        if (Math.Abs(reading.Value - sent.Value) >= deadband.Change)
            return DeadbandVerdict.Changed;
        return reading.ObservedAtTicks - sent.ObservedAtTicks >= deadband.AtLeastEvery.Ticks ? DeadbandVerdict.Due : DeadbandVerdict.Unchanged;
    }

    private readonly record struct State(double Value, long ObservedAtTicks);
}
