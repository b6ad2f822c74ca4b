using System.Buffers;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>A pack in JSON, by the writer of the edge agent.</summary>
internal sealed class SenMlJsonPack : ISenMlPack
{
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly SenMlJsonWriter writer;

    public SenMlJsonPack() => writer = new(output);

    /// <inheritdoc/>
    public void Begin(bool secondaryUnits) => writer.Begin(secondaryUnits: secondaryUnits);

    /// <inheritdoc/>
    public void WriteNumber(ReadOnlySpan<byte> name, long observedAtTicks, double value, byte unit) => writer.WriteNumber(name, observedAtTicks, value, unit);

    /// <inheritdoc/>
    public void WriteBoolean(ReadOnlySpan<byte> name, long observedAtTicks, bool value) => writer.WriteBoolean(name, observedAtTicks, value);

    /// <inheritdoc/>
    public void WriteText(ReadOnlySpan<byte> name, long observedAtTicks, ReadOnlySpan<byte> utf8Value) => writer.WriteText(name, observedAtTicks, utf8Value);

    /// <inheritdoc/>
    public void WritePosition(ReadOnlySpan<byte> name, long observedAtTicks, double longitude, double latitude) =>
        writer.WritePosition(name, observedAtTicks, longitude, latitude);

    /// <inheritdoc/>
    public byte[] End()
    {
        writer.End();
        return output.WrittenSpan.ToArray();
    }
}
