using System.Collections.Frozen;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>How a command is exchanged (HJ 212-2017, 6.2).</summary>
[Flags]
public enum Hj212CommandKind : byte
{
    /// <summary>None that is known.</summary>
    None = 0,

    /// <summary>Centre to station: answered by 9011, done by 9012.</summary>
    Request = 1,

    /// <summary>Station to centre: answered by 9014.</summary>
    Upload = 2,

    /// <summary>Answered by 9013, nothing more.</summary>
    Notice = 4,

    /// <summary>An answer.</summary>
    Answer = 8,
}

/// <summary>A command code of one of the editions (HJ 212-2017 table 5).</summary>
/// <param name="Code">CN.</param>
/// <param name="Name">What it does, in English.</param>
/// <param name="ChineseName">The same as the standard calls it.</param>
/// <param name="Kind">How it is exchanged; several where both sides send it.</param>
public sealed record Hj212Command(int Code, string Name, string ChineseName, Hj212CommandKind Kind)
{
    private const Hj212CommandKind Both = Hj212CommandKind.Request | Hj212CommandKind.Upload;

    /// <summary>All that are known, by code.</summary>
    public static IReadOnlyList<Hj212Command> All { get; } =
    [
        new(1000, "set time-out and resends", "设置超时时间及重发次数", Hj212CommandKind.Request),
        new(1001, "set alarm time (2005)", "设置超限报警时间", Hj212CommandKind.Request),
        new(1002, "command 1002 (2025)", "", Hj212CommandKind.Request),
        new(1011, "read clock", "提取现场机时间", Both),
        new(1012, "set clock", "设置现场机时间", Hj212CommandKind.Request),
        new(1013, "station asks for its clock to be set", "现场机时间校准请求", Hj212CommandKind.Notice),
        new(1014, "new key (2025)", "更新密钥", Hj212CommandKind.Request),
        new(1021, "read alarm limits (2005)", "提取污染物报警门限值", Both),
        new(1022, "set alarm limits (2005)", "设置污染物报警门限值", Hj212CommandKind.Request),
        new(1031, "read report target (2005)", "提取上位机地址", Both),
        new(1032, "set report target (2005)", "设置上位机地址", Hj212CommandKind.Request),
        new(1041, "read report time (2005)", "提取数据上报时间", Both),
        new(1042, "set report time (2005)", "设置数据上报时间", Hj212CommandKind.Request),
        new(1061, "read real-time interval", "提取实时数据间隔", Both),
        new(1062, "set real-time interval", "设置实时数据间隔", Hj212CommandKind.Request),
        new(1063, "read minute interval", "提取分钟数据间隔", Both),
        new(1064, "set minute interval", "设置分钟数据间隔", Hj212CommandKind.Request),
        new(1072, "set password", "设置现场机密码", Hj212CommandKind.Request),
        new(2000, "real-time data of makers", "", Hj212CommandKind.Upload),
        new(2011, "real-time data", "污染物实时数据", Both),
        new(2012, "stop real-time data", "停止察看污染物实时数据", Hj212CommandKind.Notice),
        new(2013, "real-time data 2013 (2025)", "", Both),
        new(2021, "equipment run states", "设备运行状态数据", Both),
        new(2022, "stop equipment run states", "停止察看设备运行状态", Hj212CommandKind.Notice),
        new(2031, "day data", "污染物日历史数据", Both),
        new(2041, "equipment run hours of a day", "设备运行时间日历史数据", Both),
        new(2051, "minute data", "污染物分钟数据", Both),
        new(2052, "data 2052 (2025)", "", Both),
        new(2061, "hour data", "污染物小时数据", Both),
        new(2062, "results of samples (2025)", "", Both),
        new(2071, "alarm history (2005)", "污染物报警记录", Both),
        new(2072, "alarm (2005)", "上传报警事件", Hj212CommandKind.Upload),
        new(2081, "logger started", "上传数采仪开机时间", Hj212CommandKind.Upload),
        new(2082, "logger state of makers", "", Hj212CommandKind.Upload),
        new(2111, "data 2111 (2025)", "", Both),
        new(3011, "calibrate zero and span", "零点校准量程校准", Hj212CommandKind.Request),
        new(3012, "sample now", "即时采样", Hj212CommandKind.Request),
        new(3013, "clean or blow back", "启动清洗反吹", Hj212CommandKind.Request),
        new(3014, "comparison sampling (2005: set sampling cycle)", "比对采样", Hj212CommandKind.Request),
        new(3015, "retain a sample", "超标留样", Both),
        new(3016, "set sampling cycle", "设置采样时间周期", Hj212CommandKind.Request),
        new(3017, "read sampling cycle", "提取采样时间周期", Both),
        new(3018, "read sampling duration", "提取出样时间", Both),
        new(3019, "serial number of an instrument", "提取设备唯一标识", Both),
        new(3020, "field information", "提取现场机信息", Both),
        new(3021, "set field parameter", "设置现场机参数", Hj212CommandKind.Request),
        new(3022, "command 3022 (2025)", "", Hj212CommandKind.Request),
        new(3024, "command 3024 (2025)", "", Hj212CommandKind.Request),
        new(5011, "instrument data of a maker", "", Both),
        new(5021, "instrument data of a maker", "", Both),
        new(5031, "instrument data of a maker", "", Both),
        new(5041, "instrument data of a maker", "", Both),
        new(5051, "instrument data of a maker", "", Both),
        new(9011, "answer to a request", "请求应答", Hj212CommandKind.Answer),
        new(9012, "result of a request", "执行结果", Hj212CommandKind.Answer),
        new(9013, "answer to a notice", "通知应答", Hj212CommandKind.Answer),
        new(9014, "answer to data", "数据应答", Hj212CommandKind.Answer),
        new(9015, "heartbeat (2025)", "心跳", Hj212CommandKind.Notice),
        new(9021, "log-in or heartbeat of makers", "登录", Hj212CommandKind.Upload),
    ];

    private static readonly FrozenDictionary<int, Hj212Command> ByCode = All.ToFrozenDictionary(command => command.Code);

    /// <summary>The command of a code; null when no edition has it.</summary>
    public static Hj212Command? Find(int code) => ByCode.GetValueOrDefault(code);

    /// <summary>Whether a packet with this code brings something to keep: not an answer, not a sign of life, not a wish.</summary>
    internal static bool IsKept(int code) => code is not (9011 or 9012 or 9013 or 9014 or 9015 or 9021 or 1013);
}
