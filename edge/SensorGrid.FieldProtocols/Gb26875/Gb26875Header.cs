namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Control unit of a packet (控制单元, GB/T 26875.3-2011, 6.6), to be written.</summary>
/// <param name="Serial">业务流水号.</param>
/// <param name="SentAt">Time of sending.</param>
/// <param name="Source">Who sends.</param>
/// <param name="Destination">Who is to get it.</param>
/// <param name="Command">What for.</param>
public readonly record struct Gb26875Header(ushort Serial, TimeLabel SentAt, DeviceAddress Source, DeviceAddress Destination, Gb26875Command Command)
{
    /// <summary>主版本号, 1 in the standard.</summary>
    public byte MajorVersion { get; init; } = 1;

    /// <summary>用户版本号.</summary>
    public byte UserVersion { get; init; } = 1;

    /// <summary>The header of an answer to this one: serial and versions copied, addresses swapped, time its own.</summary>
    /// <param name="command">Confirm, reply or deny.</param>
    /// <param name="sentAt">Now.</param>
    public Gb26875Header Answer(Gb26875Command command, TimeLabel sentAt) =>
        this with { Command = command, SentAt = sentAt, Source = Destination, Destination = Source };
}
