using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.StationCommands;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>How a command to a station ended, in a sentence of both languages; the outcome is its id.</summary>
internal static class StationOutcomeTexts
{
    /// <summary>Of a command that has not ended.</summary>
    public const string UnderWay = "under_way";

    /// <summary>By outcome.</summary>
    public static IReadOnlyDictionary<string, LocalText> All { get; } = new Dictionary<string, LocalText>(StringComparer.Ordinal)
    {
        [UnderWay] = new("正在执行。", "It is under way."),
        ["answered"] = new("测站已应答。", "The station answered."),
        ["no_data"] = new("测站没有该时段的数据。", "The station has no data of that time."),
        ["taken"] = new("已分段召测，数据到达后入库。", "It is asked for in pieces; what comes is kept like any report."),
        ["on_duty"] = new("值班人员在岗。", "Somebody is on duty."),
        ["nobody_on_duty"] = new("规定时间内无人应答查岗。", "Nobody answered the roll call in time."),
        ["denied"] = new("测站拒绝执行。", "The station refused."),
        ["failed"] = new("测站执行失败。", "The station could not do it."),
        ["timed_out"] = new("测站没有应答。", "The station did not answer."),
        ["disconnected"] = new("命令结束之前连接已断开；命令可能已执行。", "The connection ended before the command did. It may have been carried out."),
        ["not_connected"] = new("下发时测站已断开。", "The station was gone when it was to go out."),
        ["too_many"] = new("未结束的命令过多，未下发。", "Too many commands had not ended; it did not go out."),
        ["not_taken"] = new("测站的连接不能接受该命令，未下发。", "The station's connection could not take it; it did not go out."),
        ["bad_arguments"] = new("参数不正确，未下发。", "An argument was wrong; it did not go out."),
        [StationCommandTable.Unknown] = new(
            "结果未知：命令结束之前服务已停止；命令可能已执行。", "Nobody knows: the service ended before the command did. It may have been carried out."),
    };

    /// <summary>Of an outcome; of one that is not known here, its word.</summary>
    public static LocalText Of(string outcome) => All.TryGetValue(outcome, out var text) ? text : new(outcome, outcome);
}
