using System.Globalization;
using SensorGrid.Readings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>What the rule tools say to people, by message id, in Chinese and English. <c>{0}</c> are the figures.</summary>
public static class RuleToolTexts
{
    private static readonly Dictionary<string, LocalizedText> Texts = new(StringComparer.Ordinal)
    {
        ["check.fine"] = new("{0} 条规则，版本 {1}：无误", "{0} rules, version {1}: nothing wrong"),
        ["check.findings"] = new("{0} 个错误，{1} 个警告", "{0} errors, {1} warnings"),
        ["check.weights"] = new("规则 {0}，{1} 的权重：{2}", "weights of rule {0} in {1}: {2}"),
        ["test.fine"] = new("{0} 个场景全部符合预期", "{0} scenarios, all as expected"),
        ["test.findings"] = new("{0} 个场景，{1} 个不符合预期", "{0} scenarios, {1} not as expected"),
        ["test.differs"] = new("{0}：与 expected.txt 不同（- 预期，+ 实际）", "{0}: differs from expected.txt (- expected, + actual)"),
        ["backtest.speed"] = new("{0} 条读数，用时 {1:0.00} 秒，每秒 {2:N0} 条", "{0} readings in {1:0.00} s, {2:N0} per second"),
        ["diff.added"] = new("新增：{0} {1} {3}", "added: {0} {1} {3}"),
        ["diff.removed"] = new("消失：{0} {1} {2}", "removed: {0} {1} {2}"),
        ["diff.moved"] = new("时间变化：{0} {1} {2} → {3}", "moved: {0} {1} {2} → {3}"),
        ["diff.level"] = new("级别变化：{0} {1} {2} → {3}", "level: {0} {1} {2} → {3}"),
        ["diff.sum"] = new("新增 {0}，消失 {1}，时间变化 {2}，级别变化 {3}", "{0} added, {1} removed, {2} moved, {3} of another level"),
        ["explain.alarm"] = new("告警 {0}：规则 {1}，对象 {2}，级别 {3}，起始 {4}，触发 {5}", "alarm {0}: rule {1}, watched {2}, level {3}, onset {4}, raised {5}"),
        ["explain.record"] = new("由日志记录 {0} 触发，收到于 {1}", "raised by log record {0}, received {1}"),
        ["explain.versions"] = new("规则版本 {0}（{1} 于 {2} 启用），目录版本 {3}", "rules {0} (put into force by {1} at {2}), catalogue {3}"),
        ["explain.rule"] = new("规则，{0}：", "the rule, {0}:"),
        ["explain.value"] = new("{0} = {1} {2}；限值（{3}）：{4}", "{0} = {1} {2}; limits ({3}): {4}"),
        ["explain.points"] = new("{0} 个测点（名称，权重，值，最新时间）：", "{0} points (name, weight, value, newest):"),
        ["explain.point"] = new("    {0}  {1}  {2}  {3}", "    {0}  {1}  {2}  {3}"),
        ["explain.readings"] = new("{1} 至 {2} 的读数共 {0} 条，显示最新 {3} 条，略去较早 {4} 条（观测，收到，记录，数据流，值，质量）：", "{0} readings from {1} to {2}, the newest {3}, {4} older ones left out (observed, received, record, datastream, value, quality):"),
        ["explain.before"] = new("此前仍起作用的读数 {0} 条：", "{0} from before that count all the same:"),
        ["explain.reading"] = new("    {0}  {1}  {2}  {3}  {4}  {5}", "    {0}  {1}  {2}  {3}  {4}  {5}"),
        ["explain.begin"] = new("窗口之前的日志缺失或过多，未全部重算", "what was before the window is not in the log, or is more than may be played"),
        ["explain.same"] = new("重新计算 {0} 条日志记录：结果相同\n  {1}", "{0} log records evaluated again: the same\n  {1}"),
        ["explain.differs"] = new("重新计算 {0} 条日志记录：结果不同\n- {1}\n+ {2}", "{0} log records evaluated again: not the same\n- {1}\n+ {2}"),
        ["score.alarms"] = new("告警 {0} 次；失联告警 {1} 次；追溯告警 {2} 次", "{0} alarms, {1} silence alarms, {2} retrospective alarms"),
        ["score.miss"] = new("漏报：{0}（{1}）", "missed: {0} ({1})"),
        ["score.hit.before"] = new("命中：{0}（{1}），{2} 于 {3} 告警，提前 {4}", "hit: {0} ({1}), by {2} at {3}, {4} before"),
        ["score.hit.after"] = new("命中：{0}（{1}），{2} 于 {3} 告警，滞后 {4}", "hit: {0} ({1}), by {2} at {3}, {4} after it began"),
        ["score.incidents"] = new("命中 {0}，漏报 {1}", "{0} hits, {1} misses"),
        ["score.false"] = new("误报 {0} 次，{1:0.0} 站日，每站日 {2:0.000} 次", "{0} false alarms in {1:0.0} site-days, {2:0.000} per site-day"),
        ["score.load"] = new("反复告警 {0} 次；每位值班员每小时 {1:0.000} 次告警", "{0} alarms came back within an hour (chatter); {1:0.000} alarms per dispatcher-hour"),
        ["report.title"] = new("规则回测", "Back-test of rules"),
        ["report.played"] = new("{0}：{1} 条读数，{2} 至 {3}，规则版本 {4}", "{0}: {1} readings, {2} to {3}, rules {4}"),
        ["report.charts"] = new("过程线", "Charts"),
        ["report.alarms"] = new("告警", "Alarms"),
        ["report.more"] = new("仅显示前 {0} 项，共 {1} 项", "the first {0} of {1} are shown"),
        ["report.level"] = new("级别", "Level"),
        ["report.rule"] = new("规则", "Rule"),
        ["report.scope"] = new("对象", "Watched"),
        ["report.from"] = new("开始", "From"),
        ["report.until"] = new("结束", "Until"),
        ["level.blue"] = new("蓝", "blue"),
        ["level.yellow"] = new("黄", "yellow"),
        ["level.orange"] = new("橙", "orange"),
        ["level.red"] = new("红", "red"),
    };

    /// <summary>All ids, in order.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. Texts.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Both texts of an id.</summary>
    public static LocalizedText Of(string id) => Texts[id];

    /// <summary>The text of an id in one language, with its figures.</summary>
    /// <param name="language"><c>zh</c> or <c>en</c>.</param>
    /// <param name="id">Message id.</param>
    /// <param name="figures">What stands for <c>{0}</c>, <c>{1}</c> ….</param>
    public static string Say(string language, string id, params object[] figures) =>
        string.Format(CultureInfo.InvariantCulture, language == "zh" ? Texts[id].Zh : Texts[id].En, figures);
}
