namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>One bit of a state word or an operation byte.</summary>
/// <param name="Name">As it stands in names of datastreams.</param>
/// <param name="English">What 1 means.</param>
/// <param name="Chinese">The standard's word.</param>
public readonly record struct StateBit(string Name, string English, string Chinese);

/// <summary>The bits that the standard gives meaning, lowest first; those above are reserved, and makers use them.</summary>
public static class StateBits
{
    // 0 to 7 are those of systems and of parts.
    private static readonly StateBit[] Common =
    [
        new("normal", "normal running (0: test)", "正常运行"),
        new("fire", "fire", "火警"),
        new("fault", "fault", "故障"),
        new("shielded", "shielded", "屏蔽"),
        new("supervised", "supervised", "监管"),
        new("started", "started or opened (0: stopped or closed)", "启动(开启)"),
        new("feedback", "feedback", "反馈"),
        new("delayed", "delayed", "延时"),
    ];

    /// <summary>Type 1, bits 0 to 13 (GB/T 26875.3-2011, 8.2.1.1).</summary>
    public static IReadOnlyList<StateBit> System { get; } =
    [
        .. Common,
        new("main-power-fault", "main power fault", "主电故障"),
        new("backup-power-fault", "backup power fault", "备电故障"),
        new("bus-fault", "bus fault", "总线故障"),
        new("manual", "manual (0: automatic)", "手动"),
        new("configuration-changed", "configuration changed", "配置改变"),
        new("reset", "reset", "复位"),
    ];

    /// <summary>Type 2, bits 0 to 8 (8.2.1.2).</summary>
    public static IReadOnlyList<StateBit> Part { get; } = [.. Common, new("power-fault", "power fault", "电源故障")];

    /// <summary>Type 21, bits 0 to 6 (8.2.1.8).</summary>
    public static IReadOnlyList<StateBit> Device { get; } =
    [
        new("normal", "normal monitoring (0: test)", "正常监视"),
        new("fire", "fire", "火警"),
        new("fault", "fault", "故障"),
        new("main-power-fault", "main power fault", "主电故障"),
        new("backup-power-fault", "backup power fault", "备电故障"),
        new("centre-link-fault", "channel to the centre faulty", "与监控中心通信信道故障"),
        new("system-link-fault", "line to the monitored system faulty", "监测连接线路故障"),
    ];

    /// <summary>Type 4, bits 0 to 6 (8.2.1.4).</summary>
    public static IReadOnlyList<StateBit> SystemOperation { get; } = Operations(new("confirm", "confirm", "确认"));

    /// <summary>Type 24, bits 0 to 6 (8.2.1.9).</summary>
    public static IReadOnlyList<StateBit> DeviceOperation { get; } = Operations(new("roll-call-answer", "answer to the roll call", "查岗应答"));

    private static StateBit[] Operations(StateBit fifth) =>
    [
        new("reset", "reset", "复位"),
        new("silence", "silence", "消音"),
        new("manual-alarm", "manual alarm", "手动报警"),
        new("alarm-cleared", "alarm cleared", "警情消除"),
        new("self-test", "self test", "自检"),
        fifth,
        new("test", "test", "测试"),
    ];
}
