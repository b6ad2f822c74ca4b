using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Service.Tests.Api;

public sealed class StationProblemTests
{
    [Fact]
    public void Each_code_has_a_sentence_in_both_languages_and_the_English_one_is_its_detail()
    {
        string[] outcomes = ["denied", "failed", "timed_out", "under_way", "not_connected", "too_many", "disconnected", "bad_arguments", "not_taken"];
        ProblemHttpResult[] all =
        [
            StationProblems.BadOperator("operator is empty"), StationProblems.BadProtocol("x", ["sl651"]), StationProblems.BadProtocol("x", []), StationProblems.NoSuchProtocol("x", ["sl651"]),
            StationProblems.UnknownCommand("sl651", "x", ["current"]), StationProblems.BadArgument("code", "elements", ["code"], "code is wrong"), StationProblems.BadArgument("", "current", [], "wrong"),
            StationProblems.NotConnected("0012345678"), StationProblems.LogFailed(), ListPages.BadCursor(), ListPages.BadLimit(0, 10),
            .. outcomes.SelectMany(outcome => new StationCommandResult[] { new(outcome), new(outcome, "QnRtn 2") })
                .Select(result => StationProblems.Of("0012345678", "current", [], 5, result)),
        ];

        foreach (var problem in all)
        {
            string code = Assert.IsType<string>(problem.ProblemDetails.Extensions["code"]);
            var text = Assert.IsType<LocalText>(problem.ProblemDetails.Extensions["text"]);
            Assert.Equal(problem.ProblemDetails.Detail, text.En);
            AssertBoth(code, text);
        }
    }

    [Fact]
    public void Each_outcome_has_a_sentence_in_both_languages()
    {
        foreach (var (outcome, text) in StationOutcomeTexts.All)
            AssertBoth(outcome, text);
        string[] words = ["answered", "no_data", "denied", "failed", "timed_out", "on_duty", "nobody_on_duty", "taken", "not_connected", "too_many", "disconnected", "under_way", "not_taken", "bad_arguments", "unknown"];
        Assert.Equal(words.Order(StringComparer.Ordinal), StationOutcomeTexts.All.Keys.Order(StringComparer.Ordinal));
    }

    private static void AssertBoth(string id, LocalText text)
    {
        Assert.True(text.Zh.Any(sign => sign is >= '\u4E00' and <= '\u9FFF'), $"{id}: {text.Zh}");
        Assert.True(text.En.Length > 0 && !text.En.Any(sign => sign is >= '\u4E00' and <= '\u9FFF'), $"{id}: {text.En}");
    }
}
