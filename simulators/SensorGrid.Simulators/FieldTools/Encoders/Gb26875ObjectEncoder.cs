using System.Globalization;
using SensorGrid.FieldProtocols.Gb26875;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>Readings to the objects of a unit. Of a state the word counts, its bits come along with it; systems and parts are told by the names of their
/// datastreams: <c>system/1/2/…</c>, <c>part/1/2/40/0a000200/…</c>.</summary>
internal sealed class Gb26875ObjectEncoder(Gb26875UnitWriter unit, FrameObject said, Gb26875UnitType type)
{
    public void Write()
    {
        for (int i = 0; i < said.Readings.Count; i++)
        {
            var reading = said.Readings[i];
            var next = i + 1 < said.Readings.Count ? said.Readings[i + 1] : null;
            Write(reading, next);
        }
        if (unit.Count == 0)
            throw new FrameEncodeException("readings", $"a unit of type {(byte)type} holds at least one object; states need their word, which has the code {(byte)type}.");
    }

    private void Write(FrameValue reading, FrameValue? next)
    {
        string code = reading.Code;
        bool isWord = code == ((byte)type).ToString(CultureInfo.InvariantCulture);
        switch (type)
        {
            case Gb26875UnitType.SystemState when isWord:
                unit.AddSystemState(Gb26875Points.System(reading), (ushort)reading.Whole(0, ushort.MaxValue), Time(reading));
                break;
            case Gb26875UnitType.PartState when isWord:
                string text = next is { Code: "2.text" } && Point(next) == Point(reading) ? next.Text : "";
                unit.AddPartState(Gb26875Points.Part(reading), (ushort)reading.Whole(0, ushort.MaxValue), text, Time(reading));
                break;
            case Gb26875UnitType.PartAnalog when code.StartsWith("3.", StringComparison.Ordinal):
                Analog(reading);
                break;
            case Gb26875UnitType.SystemOperation when isWord:
                unit.AddSystemOperation(Gb26875Points.System(reading), (byte)reading.Whole(0, 255), Operator(reading, next), Time(reading));
                break;
            case Gb26875UnitType.SystemVersion when isWord:
                var (major, minor) = Version(reading);
                unit.AddSystemVersion(Gb26875Points.System(reading), major, minor);
                break;
            case Gb26875UnitType.SystemConfiguration when isWord:
                unit.AddSystemConfiguration(Gb26875Points.System(reading), reading.Text);
                break;
            case Gb26875UnitType.PartConfiguration when code == "2.text":
                unit.AddPartConfiguration(Gb26875Points.Part(reading), reading.Text);
                break;
            case Gb26875UnitType.SystemClock when isWord:
                unit.AddSystemClock(Gb26875Points.System(reading), Clock(reading));
                break;
            case Gb26875UnitType.DeviceState when isWord:
                unit.AddDeviceState((byte)reading.Whole(0, 255), Time(reading));
                break;
            case Gb26875UnitType.DeviceOperation when isWord:
                unit.AddDeviceOperation((byte)reading.Whole(0, 255), Operator(reading, next), Time(reading));
                break;
            case Gb26875UnitType.DeviceVersion when isWord:
                (major, minor) = Version(reading);
                unit.AddDeviceVersion(major, minor);
                break;
            case Gb26875UnitType.DeviceConfiguration when isWord:
                unit.AddDeviceConfiguration(reading.Text);
                break;
            case Gb26875UnitType.DeviceClock when isWord:
                unit.AddDeviceClock(Clock(reading));
                break;
            default:
                // A bit, an operator or a text that its word brings along; anything else is told when the frame is compared.
                break;
        }
    }

    private void Analog(FrameValue reading)
    {
        var (analog, raw) = Gb26875Points.Analog(reading);
        unit.AddAnalog(Gb26875Points.Part(reading), analog, raw, Time(reading));
    }

    private static byte Operator(FrameValue reading, FrameValue? next) =>
        next is not null && next.Code == reading.Code + ".operator" ? (byte)next.Whole(0, 255) : (byte)0;

    private static (byte Major, byte Minor) Version(FrameValue reading)
    {
        string[] parts = reading.Text.Split('.');
        return parts.Length == 2 && byte.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out byte major) &&
            byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out byte minor)
            ? (major, minor)
            : throw reading.Refuse("value", "a version is two numbers up to 255 with a point between.");
    }

    private TimeLabel Time(FrameValue reading)
    {
        // Without a time of its own sending, the device has no clock: what it observed is dated by arrival.
        if (said.SentAtTicks is null)
            return default;
        return Gb26875Encoder.Label(reading.ObservedAtTicks ?? said.SentAtTicks.Value, $"readings[{reading.Index}].observedAt");
    }

    // The reading is how far the clock is ahead of the time of arrival.
    private TimeLabel Clock(FrameValue reading) => Gb26875Encoder.Label(
        (reading.ObservedAtTicks ?? said.SentAtTicks ?? 0) + (long)decimal.Round(reading.Number * TimeSpan.TicksPerSecond), $"readings[{reading.Index}].value");

    private static string Point(FrameValue reading) => reading.Name is { } name && name.LastIndexOf('/') is > 0 and var stroke ? name[..stroke] : "";
}
