using System.Buffers;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Sessions;

/// <summary>What a session wants done with a frame.</summary>
[Flags]
public enum FieldSessionWish : byte
{
    /// <summary>Nothing: a sign of life, or a repeat of something long answered.</summary>
    None = 0,

    /// <summary>Put <see cref="IFieldSession.Payload"/> into the reading log, and call <see cref="IFieldSession.Kept"/> when it is durable (or will never be).</summary>
    Keep = 1,

    /// <summary>Send what was written.</summary>
    Send = 2,

    /// <summary>Close the connection: the peer breaks the protocol for good.</summary>
    Close = 4,

    /// <summary>Count it and tell of it: the frame has a wrong password. Nothing of it is kept or acknowledged, and whoever sent it counts as nobody.</summary>
    TurnAway = 8,
}

/// <summary>The centre's side of one connection: acknowledgements, repeats, time-outs, packets that belong together, commands under way. Pure: frames and
/// times in, bytes out; the shell around it reads, appends to the log, and writes. It answers an upload only from <see cref="Kept"/>. Everything it keeps is
/// bounded. Not thread-safe.</summary>
public interface IFieldSession
{
    /// <summary>Station of the frame taken last: under whose name it is kept. Empty when the frame names none.</summary>
    string Station { get; }

    /// <summary>What goes into the log after <see cref="FieldSessionWish.Keep"/>: the frame taken last as it came, or, where one report comes in several packets
    /// that can only be read together, all of them one behind the other, when the last has come. A reader takes such a payload as it takes a frame. Valid until
    /// the next call.</summary>
    ReadOnlyMemory<byte> Payload { get; }

    /// <summary>When <see cref="Tick"/> is wanted next, UTC ticks; <see cref="long.MaxValue"/> when nothing is under way.</summary>
    long DueAtTicks { get; }

    /// <summary>Takes one frame.</summary>
    /// <param name="frame">The whole frame; valid during the call, and what <see cref="Payload"/> needs of it is copied.</param>
    /// <param name="nowTicks">Now, UTC ticks.</param>
    /// <param name="output">Gets what is to be sent at once.</param>
    FieldSessionWish Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output);

    /// <summary>The payload is durable, or the log could not take it: writes the acknowledgement, or nothing.</summary>
    /// <param name="isDurable">False: it is not on disk, so the station must keep it.</param>
    /// <param name="nowTicks">Now, UTC ticks.</param>
    /// <param name="output">Gets what is to be sent.</param>
    FieldSessionWish Kept(bool isDurable, long nowTicks, IBufferWriter<byte> output);

    /// <summary>Bytes that look like a frame and are none: denies them where the protocol has a word for that. Most have none, and the sender's time runs out.</summary>
    /// <param name="bytes">What came, from the presumed beginning on, as far as it is here.</param>
    /// <param name="fault">What is wrong.</param>
    /// <param name="nowTicks">Now, UTC ticks.</param>
    /// <param name="output">Gets what is to be sent.</param>
    FieldSessionWish Broken(ReadOnlySpan<byte> bytes, FrameFault fault, long nowTicks, IBufferWriter<byte> output) => FieldSessionWish.None;

    /// <summary>Time went on: repeats what was not answered, gives up what was repeated often enough, asks for what is missing.</summary>
    FieldSessionWish Tick(long nowTicks, IBufferWriter<byte> output);

    /// <summary>Asks a station for what it measured in a time: after an outage, from the newest reading that is stored on. Asked in pieces that the protocol
    /// allows, one at a time, after what is under way; false when the protocol or the station cannot, or too much is asked already.</summary>
    /// <param name="station">Its address.</param>
    /// <param name="fromTicks">From, UTC ticks, inclusive.</param>
    /// <param name="untilTicks">Until, UTC ticks, exclusive.</param>
    bool TryRefill(string station, long fromTicks, long untilTicks);
}
