using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Ports;

namespace SensorGrid.Edge.Sensors.Modbus;

/// <summary>How frames travel.</summary>
public enum ModbusFraming
{
    /// <summary>Modbus TCP.</summary>
    Tcp,

    /// <summary>RTU frames, on a serial line or through a serial server.</summary>
    Rtu,
}

/// <summary>Where devices are reached: <c>tcp://host:502</c>, <c>rtu+tcp://host:port</c> (a serial server that passes bytes through), or
/// <c>serial:/dev/ttyS0?baud=9600&amp;parity=even&amp;stop=1</c>.</summary>
/// <param name="Framing">How frames travel.</param>
/// <param name="Host">Host; empty for a serial line.</param>
/// <param name="Port">Port.</param>
/// <param name="Device">File of the serial line; empty for TCP.</param>
/// <param name="Baud">Its speed.</param>
/// <param name="Parity">Its parity. Even is the standard's default.</param>
/// <param name="StopBits">Its stop bits.</param>
public sealed record ModbusAddress(
    ModbusFraming Framing, string Host, int Port, string Device = "", int Baud = 9600, Parity Parity = Parity.Even, StopBits StopBits = StopBits.One)
{
    /// <summary>The forms, for messages.</summary>
    public const string Rule = "tcp://HOST:PORT, rtu+tcp://HOST:PORT, or serial:/dev/NAME?baud=9600&parity=none|even|odd&stop=1|2";

    private const int DefaultPort = 502;

    /// <summary>Reads an address.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ModbusAddress? address)
    {
        address = null;
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith("serial:/", StringComparison.Ordinal))
            return TryParseSerial(text["serial:".Length..], out address);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.PathAndQuery is not ("/" or ""))
            return false;
        int port = uri.IsDefaultPort || uri.Port < 0 ? DefaultPort : uri.Port;
        string host = uri.Host.Trim('[', ']');
        address = uri.Scheme switch
        {
            "tcp" => new(ModbusFraming.Tcp, host, port),
            "rtu+tcp" => new(ModbusFraming.Rtu, host, port),
            _ => null,
        };
        return address is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Device.Length > 0 ? $"serial:{Device}" : $"{(Framing == ModbusFraming.Tcp ? "tcp" : "rtu+tcp")}://{Host}:{Port}";

    private static bool TryParseSerial(string text, out ModbusAddress? address)
    {
        address = null;
        string[] parts = text.Split('?');
        if (parts.Length > 2 || parts[0].Length < 2)
            return false;
        var made = new ModbusAddress(ModbusFraming.Rtu, "", 0, parts[0]);
        foreach (string option in parts.Length == 2 ? parts[1].Split('&') : [])
        {
            string[] pair = option.Split('=');
            if (pair.Length != 2)
                return false;
            switch (pair[0])
            {
                case "baud" when int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out int baud) && baud is >= 300 and <= 4_000_000:
                    made = made with { Baud = baud };
                    break;
                case "parity" when pair[1] is "none" or "even" or "odd":
                    made = made with { Parity = pair[1] switch { "none" => Parity.None, "odd" => Parity.Odd, _ => Parity.Even } };
                    break;
                case "stop" when pair[1] is "1" or "2":
                    made = made with { StopBits = pair[1] == "1" ? StopBits.One : StopBits.Two };
                    break;
                default:
                    return false;
            }
        }
        address = made;
        return true;
    }
}
