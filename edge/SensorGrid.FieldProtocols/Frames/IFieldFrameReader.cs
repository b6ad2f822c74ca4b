namespace SensorGrid.FieldProtocols.Frames;

/// <summary>Reads a frame that a scanner found whole. Pure: the same bytes and time of arrival give the same readings, live and when a log is
/// replayed. Owns buffers and a bounded memory of names, so one for each thread; allocates nothing once warm.</summary>
public interface IFieldFrameReader
{
    /// <summary>Reads one frame into <paramref name="into"/>, which is cleared first.</summary>
    /// <param name="frame">The whole frame as it came, or the packets of one report one behind the other.</param>
    /// <param name="receivedAtTicks">Arrival, UTC ticks: stands in for times that the frame does not have or that cannot be.</param>
    /// <param name="into">Gets what it says.</param>
    /// <returns>Default when it was read (also when some items are listed as problems), else why nothing of it can be used.</returns>
    FrameFault Read(ReadOnlySpan<byte> frame, long receivedAtTicks, FieldFrame into);
}
