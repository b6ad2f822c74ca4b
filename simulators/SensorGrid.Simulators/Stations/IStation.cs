using System.Buffers;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.Simulators.Stations;

/// <summary>A simulated station of a field protocol, as its line sees it: frames and times in, bytes out.</summary>
public interface IStation
{
    /// <summary>Finds the centre's frames.</summary>
    IFrameScanner Scanner { get; }

    /// <summary>When <see cref="Tick"/> is wanted next, UTC ticks.</summary>
    long DueAtTicks { get; }

    /// <summary>Reports that the centre has not acknowledged.</summary>
    int Unacknowledged { get; }

    /// <summary>A new connection stands.</summary>
    void Connected(long nowTicks);

    /// <summary>Takes a frame of the centre.</summary>
    /// <returns>True when something is to be sent.</returns>
    bool Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output);

    /// <summary>Time went on.</summary>
    /// <returns>True when something is to be sent.</returns>
    bool Tick(long nowTicks, IBufferWriter<byte> output);

    /// <summary>Measures once and reports it.</summary>
    /// <param name="observedAtTicks">When, UTC ticks.</param>
    /// <param name="nowTicks">Now, UTC ticks.</param>
    void Report(long observedAtTicks, long nowTicks);
}
