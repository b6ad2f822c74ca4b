using System.Text;
using System.Text.Json;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>Objects to SenML packs, in one form or the other.</summary>
internal sealed class SenMlEncoder(long nowTicks, ISenMlPack pack) : IFrameEncoder
{
    /// <inheritdoc/>
    public byte[] Encode(FrameObject said)
    {
        pack.Begin(said.Readings.Any(reading => reading.Unit is { } unit && UnitRegistry.IsSecondary(UnitRegistry.IdOf(unit))));
        foreach (var reading in said.Readings)
        {
            string name = reading.Name ?? reading.Code;
            if (!DatastreamNames.IsValid(name))
                throw reading.Refuse("name", $"'{name}' is no name: {DatastreamNames.Rule}.");
            try
            {
                Write(reading, Encoding.UTF8.GetBytes(name));
            }
            catch (ArgumentException e)
            {
                throw new FrameEncodeException($"readings[{reading.Index}]", e.Message, e);
            }
        }
        return pack.End();
    }

    private void Write(FrameValue reading, byte[] name)
    {
        long at = reading.ObservedAtTicks ?? nowTicks;
        switch (reading.Value.ValueKind)
        {
            case JsonValueKind.Number:
                pack.WriteNumber(name, at, reading.Value.GetDouble(), UnitRegistry.IdOf(reading.Unit ?? ""));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                pack.WriteBoolean(name, at, reading.Boolean);
                break;
            case JsonValueKind.String:
                pack.WriteText(name, at, Encoding.UTF8.GetBytes(reading.Text));
                break;
            case JsonValueKind.Object when reading.Value.TryGetProperty("lon", out var longitude) && reading.Value.TryGetProperty("lat", out var latitude):
                pack.WritePosition(name, at, longitude.GetDouble(), latitude.GetDouble());
                break;
            default:
                throw reading.Refuse("value", "a number, a boolean, a text or a position with lon and lat is needed; SenML has no missing values.");
        }
    }
}
