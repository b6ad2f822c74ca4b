namespace SensorGrid.FieldProtocols;

/// <summary>The protocols that gateways in the field speak by themselves. Numbers are stored; they are never reused.</summary>
public enum FieldProtocol : byte
{
    /// <summary>SL 651-2014, hydrological telemetry (水文监测数据通信规约).</summary>
    Sl651 = 1,

    /// <summary>HJ 212-2005, -2017 and -2025, pollution sources (污染物在线监控系统数据传输标准).</summary>
    Hj212 = 2,

    /// <summary>GB/T 26875.3-2011, fire user information transmission devices (城市消防远程监控系统 报警传输网络通信协议).</summary>
    Gb26875 = 3,

    /// <summary>Modbus, TCP and RTU.</summary>
    Modbus = 4,
}

/// <summary>Words for <see cref="FieldProtocol"/>.</summary>
public static class FieldProtocolWords
{
    /// <summary>The protocol as commands, topics, counters and the API say it, e.g. <c>sl651</c>.</summary>
    public static string ToWord(this FieldProtocol protocol) => protocol switch
    {
        FieldProtocol.Sl651 => "sl651",
        FieldProtocol.Hj212 => "hj212",
        FieldProtocol.Gb26875 => "gb26875",
        FieldProtocol.Modbus => "modbus",
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "Not a field protocol."),
    };
}
