namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>An upload that waits for its confirmation.</summary>
/// <param name="Id">Which.</param>
/// <param name="Unit">Its application unit.</param>
public readonly record struct StationUpload(long Id, ReadOnlyMemory<byte> Unit);

/// <summary>What a device keeps: uploads until they are confirmed, and what it is asked for. The session asks in the middle of its work, so nothing
/// here calls back into it.</summary>
public interface IGb26875StationStore
{
    /// <summary>A serial number for one more packet. It counts on over restarts: a confirmation that is still on its way must not be taken for one
    /// of another packet.</summary>
    ushort NextSerial();

    /// <summary>The upload to be sent next; it stays until it is confirmed.</summary>
    /// <param name="isUrgent">Fire alarms, or all others.</param>
    /// <param name="upload">Which.</param>
    bool TryPeek(bool isUrgent, out StationUpload upload);

    /// <summary>The centre confirmed it: it is safe there.</summary>
    void Confirmed(long id);

    /// <summary>The centre denied it each time: others of its kind go first.</summary>
    void Refused(long id);

    /// <summary>Puts the answer to a request together.</summary>
    /// <param name="request">Its unit.</param>
    /// <param name="nowTicks">Now, by the device's clock.</param>
    /// <param name="answer">Gets the unit.</param>
    /// <returns>False to deny it.</returns>
    bool TryAnswer(Gb26875Unit request, long nowTicks, Gb26875UnitWriter answer);

    /// <summary>Does what it is told, once for each command however often it is sent.</summary>
    /// <param name="control">Type 89, 90 or 91.</param>
    /// <param name="nowTicks">Now, by the device's clock.</param>
    /// <returns>False to deny it.</returns>
    bool TryDo(Gb26875Unit control, long nowTicks);
}
