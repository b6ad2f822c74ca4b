namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>A report that a station sends.</summary>
/// <param name="Id">Names it to the store.</param>
/// <param name="Command">CN.</param>
/// <param name="Area">Its data area; cut into packets when it is long. Not changed until it is acknowledged.</param>
public readonly record struct Hj212Upload(long Id, int Command, Hj212AreaWriter Area);

/// <summary>What a station measured and can do.</summary>
public interface IHj212StationStore
{
    /// <summary>The oldest report that is to be sent and was not acknowledged.</summary>
    bool TryPeek(out Hj212Upload upload);

    /// <summary>The centre has it; what is stored for queries stays.</summary>
    void Acknowledged(long id);

    /// <summary>The next report of a kind in a time, in any order that ids tell.</summary>
    /// <param name="command">2011, 2031, 2041, 2051 or 2061.</param>
    /// <param name="beginTicks">From, UTC ticks, inclusive.</param>
    /// <param name="endTicks">To, UTC ticks, inclusive.</param>
    /// <param name="afterId">Id of the one before; <see cref="long.MinValue"/> for the first.</param>
    /// <param name="upload">The report.</param>
    bool TryQuery(int command, long beginTicks, long endTicks, long afterId, out Hj212Upload upload);

    /// <summary>Carries out what the session does not itself: calibrations, samples, parameters, information.</summary>
    /// <param name="command">CN.</param>
    /// <param name="parameters">Data area of the request.</param>
    /// <param name="result">What is to be uploaded for it; stays empty for nothing.</param>
    /// <returns>ExeRtn: 1 success, 100 no data, others why not.</returns>
    int Execute(int command, ReadOnlySpan<byte> parameters, Hj212AreaWriter result);
}
