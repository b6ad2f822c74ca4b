using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>What can be wrong with a command to a station, in both languages; the code is the id of the sentence.</summary>
internal static class StationProblems
{
    /// <param name="wrong">What is wrong with the name, in English.</param>
    public static ProblemHttpResult BadOperator(string wrong) => Problems.Of(
        StatusCodes.Status400BadRequest, "bad_command", new("operator 应为 1 至 64 个字符，不得含控制字符。", wrong));

    /// <param name="protocol">What was asked for.</param>
    /// <param name="known">Words it may be; empty when no listener is on.</param>
    public static ProblemHttpResult BadProtocol(string protocol, IReadOnlyCollection<string> known) => Problems.Of(
        StatusCodes.Status400BadRequest, "bad_protocol",
        new($"protocol 为“{protocol}”；{KnownZh(known)}", $"protocol is \"{protocol}\"; {KnownEn(known)}"));

    public static ProblemHttpResult NoSuchProtocol(string protocol, IReadOnlyCollection<string> known) => Problems.Of(
        StatusCodes.Status404NotFound, "no_such_protocol",
        new($"未监听“{protocol}”协议的测站；{KnownZh(known)}", $"No stations of \"{protocol}\" are listened to; {KnownEn(known)}"));

    public static ProblemHttpResult UnknownCommand(string protocol, string command, IReadOnlyCollection<string> commands) => Problems.Of(
        StatusCodes.Status400BadRequest, "unknown_command",
        new($"{protocol} 没有命令“{command}”，可用：{string.Join("、", commands)}。", $"{protocol} has no command \"{command}\"; it may be {string.Join(", ", commands)}."),
        ("commands", commands));

    /// <param name="argument">Which; empty when it is none by itself.</param>
    /// <param name="command">Of which command.</param>
    /// <param name="takes">What it takes.</param>
    /// <param name="why">What is wrong, in English.</param>
    public static ProblemHttpResult BadArgument(string argument, string command, IReadOnlyCollection<string> takes, string why) => Problems.Of(
        StatusCodes.Status400BadRequest, "bad_argument",
        new($"命令 {command} 的参数{(argument.Length == 0 ? "" : $" {argument} ")}不正确；{(takes.Count == 0 ? "该命令没有参数" : $"其参数依次为 {string.Join("、", takes)}")}。", why),
        ("argument", argument));

    public static ProblemHttpResult NotConnected(string station) => Problems.Of(StatusCodes.Status409Conflict, "not_connected", NotConnectedText(station));

    public static ProblemHttpResult LogFailed() => Problems.Of(
        StatusCodes.Status503ServiceUnavailable, "log_failed",
        new("日志无法写入，命令未下发。服务将重新启动，请稍后重试。", "The log cannot be written, so the command is not given. The service restarts; try again."));

    /// <summary>A command that was given and did not end well, or not in time.</summary>
    /// <param name="station">To whom.</param>
    /// <param name="verb">Which.</param>
    /// <param name="takes">Its arguments.</param>
    /// <param name="given">Log record of its giving.</param>
    /// <param name="result">How it ended.</param>
    public static ProblemHttpResult Of(string station, string verb, IReadOnlyCollection<string> takes, long given, StationCommandResult result)
    {
        if (result.Outcome == "bad_arguments")
            return BadArgument(result.Argument?.ToLowerInvariant() ?? "", verb, takes, result.Detail ?? "An argument is wrong.");
        string zhWhy = result.Detail is null ? "" : $"（{result.Detail}）", enWhy = result.Detail is null ? "" : $": {result.Detail}";
        var (status, code, text) = result.Outcome switch
        {
            "denied" or "failed" => (
                StatusCodes.Status409Conflict, "station_refused",
                new LocalText($"测站 {station} {(result.Outcome == "denied" ? "拒绝执行" : "执行失败")}{zhWhy}。", $"Station {station} refused ({result.Outcome}){enWhy}.")),
            "timed_out" => (
                StatusCodes.Status504GatewayTimeout, "station_timed_out",
                new($"测站 {station} 始终没有应答{zhWhy}。", $"Station {station} did not answer, however often it was asked{enWhy}.")),
            "under_way" => (
                StatusCodes.Status504GatewayTimeout, "still_under_way",
                new("命令在等待时限内尚未结束，仍在执行；结果见 /api/v1/stations/commands。", result.Detail ?? "It goes on.")),
            "not_connected" => (StatusCodes.Status409Conflict, "not_connected", NotConnectedText(station)),
            "too_many" => (
                StatusCodes.Status503ServiceUnavailable, "too_many_commands",
                new($"测站 {station} 尚未结束的命令过多，请稍后再试。", result.Detail ?? $"Too many commands of station {station} have not ended; ask again later.")),
            "disconnected" => (
                StatusCodes.Status503ServiceUnavailable, "station_gone",
                new($"命令结束之前，测站 {station} 的连接已断开；命令可能已执行。", result.Detail ?? $"The connection of station {station} ended before the command did.")),
            _ => (
                StatusCodes.Status409Conflict, "command_not_taken",
                new LocalText($"测站 {station} 的连接此时不能接受该命令（{result.Outcome}）。", result.Detail ?? result.Outcome)),
        };
        return Problems.Of(status, code, text, ("sequence", given));
    }

    private static LocalText NotConnectedText(string station) => new(
        $"测站 {station} 目前没有连接；已连接的测站见 /api/v1/stations/connected。",
        $"Station {station} is not heard on any connection now; /api/v1/stations/connected lists those that are.");

    private static string KnownEn(IReadOnlyCollection<string> known) => known.Count == 0 ? "none is on (FieldProtocols:…:Listen)." : $"it may be {string.Join(", ", known)}.";

    private static string KnownZh(IReadOnlyCollection<string> known) => known.Count == 0 ? "目前没有启用任何协议（FieldProtocols:…:Listen）。" : $"可为 {string.Join("、", known)}。";
}
