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
        ["test.fine"] = new("{0} 个场景全部符合预期", "{0} scenarios, all as expected"),
        ["test.findings"] = new("{0} 个场景，{1} 个不符合预期", "{0} scenarios, {1} not as expected"),
        ["test.differs"] = new("{0}：与 expected.txt 不同（- 预期，+ 实际）", "{0}: differs from expected.txt (- expected, + actual)"),
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
