using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Time;
using SensorGrid.Readings.Yaml;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/rules</c>: the rules in force, those that were, and new ones.</summary>
internal sealed class RuleEndpoints(
    DefinitionsInForce inForce, RulesActivation activation, RulesFollower follower, StateDatabase state, AlarmBoard board, RulesOptions options)
{
    private const int DefaultVersions = 100;
    private const int MostVersions = 1000;
    private const int ShortestHash = 8;

    private static readonly TimeSpan LongestBacktest = TimeSpan.FromDays(366);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/rules").WithTags("rules");
        group.MapGet("", InForce).WithName("getRules").WithSummary("The rules in force: version, who put them into force, and each rule.");
        group.MapGet("/versions", Versions).WithName("listRuleVersions").WithSummary("Rule sets that came into force, newest first, with who, when and why.").WithProblems(400);
        group.MapGet("/versions/{hash}", Version).WithName("getRuleVersion").WithSummary("One rule set with its files.").WithProblems(400, 404);
        group.MapPost("", ActivateAsync).WithName("activateRules")
            .WithSummary("Checks rules, plays the last hours of the log through old and new ones, and puts the new ones into force; with dryRun, only says what would change.")
            .WithMetadata(new BodyLimit(options.MaxBodyBytes)).WithProblems(400, 403, 409, 413, 415, 503);
    }

    private Ok<RuleSetView> InForce()
    {
        var rules = inForce.Rules;
        var version = rules is null ? null : state.FindVersion(VersionKind.Rules, rules.Hash);
        return TypedResults.Ok(new RuleSetView(
            rules?.Version, rules?.Hash, version is null ? null : RuleVersionView.Of(version), follower.RuleWarnings,
            rules is null ? [] : [.. rules.Rules.Select(RuleView.Of)]));
    }

    private Results<Ok<RuleVersionList>, ProblemHttpResult> Versions(int? limit = null, string? after = null)
    {
        int most = limit ?? DefaultVersions;
        if (most is < 1 or > MostVersions)
            return Problems.BadRequest("bad_limit", $"limit is {most}; it may be 1 to {MostVersions}.");
        long before = long.MaxValue;
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return ListPages.BadCursor();
        var found = state.ReadHistory(VersionKind.Rules, before, most + 1);
        bool isLast = found.Count <= most;
        IReadOnlyList<StoredVersion> page = isLast ? found : [.. found.Take(most)];
        return TypedResults.Ok(new RuleVersionList(
            [.. page.Select(RuleVersionView.Of)], isLast ? null : page[^1].Sequence.ToString(CultureInfo.InvariantCulture)));
    }

    private Results<Ok<RuleFilesView>, ProblemHttpResult> Version(string hash)
    {
        if (!IsHash(hash))
            return BadHash("hash");
        return state.FindVersion(VersionKind.Rules, hash.ToLowerInvariant()) is { } version
            ? TypedResults.Ok(new RuleFilesView(
                RuleVersionView.Of(version), [.. SourceBundle.FromBytes(version.Bundle).Files.Select(file => new RuleFileView(file.Path, file.Text))]))
            : Problems.NotFound("no_such_version", "No rules of this version were ever in force here.");
    }

    private async Task<Results<Ok<RuleActivationView>, ProblemHttpResult>> ActivateAsync(
        ActivateRulesRequest request, CancellationToken cancellation, bool dryRun = false, string? over = null)
    {
        if (Refuse(request, over, out var wish) is { } refused)
            return refused;
        var catalogue = inForce.Catalogue;
        var posted = PostedRules.Read(
            [.. request.Files.Select(file => new SourceFile(file.Path, file.Text))], request.Note, catalogue.Gateways.Count > 0 ? catalogue : null);
        if (posted.Rules is null)
        {
            activation.Refused();
            return WrongRules(posted.Messages);
        }
        var result = await activation.RunAsync(posted, wish! with { DryRun = dryRun }, cancellation);
        return result.Outcome switch
        {
            ActivationOutcome.Busy => Problems.Unavailable("rules_busy", "Other rules are being compared just now, and that is done one at a time. Try again in some seconds."),
            ActivationOutcome.NotTheBase => Problems.Conflict("not_the_base", $"The rules in force are {result.Before?.Version ?? "none"} and not those of base. "
                + "Read them, bring the change into them, and send it again."),
            ActivationOutcome.ChangedMeanwhile => Problems.Conflict("rules_changed", $"While these were compared, {result.Before?.Version ?? "other rules"} came into force. Look at them, and try again."),
            ActivationOutcome.NotAppliedYet => Problems.Unavailable("not_applied_yet", $"The rules are on disk as log record {result.Sequence} and will come into force, but the rules are behind. Look again in a moment."),
            ActivationOutcome.LogFailed => Problems.Unavailable("log_failed", $"The log could not be read or written, so nothing was changed: {result.Problem} Try again."),
            _ => TypedResults.Ok(RuleActivationView.Of(posted, result, board.Snapshot().Open)),
        };
    }

    private ProblemHttpResult? Refuse(ActivateRulesRequest request, string? over, out ActivationWish? wish)
    {
        wish = null;
        var span = options.BacktestOver;
        if (over is not null && (!DurationText.TryParse(over, out span) || span <= TimeSpan.Zero || span > LongestBacktest))
            return Problems.BadRequest("bad_over", $"over must be {DurationText.Rule}, more than 0 and at most {DurationText.Format(LongestBacktest)}.");
        if (OperatorWords.ProblemOf(request.Operator, request.Note) is { } problem)
            return Problems.BadRequest("bad_activation", problem);
        if (request.Operator.Trim() == VersionOrigin.Service)
            return Problems.BadRequest("bad_activation", $"operator may not be \"{VersionOrigin.Service}\": so the service calls itself.");
        if (request.Base is { } expected && !IsHash(expected))
            return BadHash("base");
        if (request.Files.Any(file => file is null))
            return Problems.BadRequest("bad_activation", "files must be a list of { path, text }.");
        wish = new(request.Operator.Trim(), request.Base, span, DryRun: false);
        return null;
    }

    private static ProblemHttpResult WrongRules(IReadOnlyList<SourceMessage> messages)
    {
        SourceMessage[] errors = [.. messages.Where(message => message.Severity == MessageSeverity.Error)];
        return Problems.BadRequest(
            "rules_invalid", $"The rules have {errors.Length} {(errors.Length == 1 ? "error" : "errors")}; nothing was changed. {string.Join(" | ", errors.Take(3))}",
            ("errors", messages.Select(RuleMessageView.Of).ToArray()));
    }

    private static bool IsHash(string text) => text.Length is >= ShortestHash and <= 64 && text.All(char.IsAsciiHexDigit);

    private static ProblemHttpResult BadHash(string name) => Problems.BadRequest("bad_hash", $"{name} must be {ShortestHash} to 64 hexadecimal digits of a version.");
}
