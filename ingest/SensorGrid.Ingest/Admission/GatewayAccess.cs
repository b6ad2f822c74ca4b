using System.Text;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Admission;

/// <summary>Who may do what: the one page of access rules. A client is a gateway; its client id is the gateway's id, or that id, a colon
/// and a suffix (a gateway with two programs). It may publish below its own id, and subscribe to its own commands, and nothing else.</summary>
internal static class GatewayAccess
{
    public const int MaxClientIdBytes = 128;
    public const int MaxTopicBytes = 256;
    public const int MaxTopicLevels = 8;
    public const int MaxUserNameBytes = 128;

    private const char SuffixMark = ':';

    /// <summary>The gateway that a client id names.</summary>
    public static bool TryGetGateway(string? clientId, out string gateway)
    {
        gateway = "";
        if (clientId is null || clientId.Length > MaxClientIdBytes)
            return false;
        int mark = clientId.IndexOf(SuffixMark);
        var id = mark < 0 ? clientId.AsSpan() : clientId.AsSpan(0, mark);
        if (!Identifier.IsValid(id))
            return false;
        if (mark >= 0 && clientId.AsSpan(mark + 1).ContainsAnyExcept(SuffixCharacters))
            return false;
        gateway = mark < 0 ? clientId : id.ToString();
        return true;
    }

    /// <summary>Whether user name and password can be credentials at all.</summary>
    public static bool CredentialsAreWellFormed(string? userName, bool hasPassword)
    {
        if (userName is null)
            return !hasPassword;
        return Encoding.UTF8.GetByteCount(userName) <= MaxUserNameBytes && !ContainsControl(userName);
    }

    /// <summary>Whether a topic that anybody sent can be a topic at all; not every broker in between refuses wildcards and U+0000.</summary>
    public static bool TopicIsWellFormed(string? topic) =>
        !string.IsNullOrEmpty(topic)
        && topic.Length <= MaxTopicBytes
        && topic[0] != '$'
        && topic.AsSpan().Count('/') < MaxTopicLevels
        && topic.AsSpan().IndexOfAny('+', '#') < 0
        && !ContainsControl(topic)
        && Encoding.UTF8.GetByteCount(topic) <= MaxTopicBytes;

    /// <summary>Whether a sender may publish there.</summary>
    /// <param name="boundGateway">The only gateway it may speak for; null when that was decided upstream.</param>
    /// <param name="topic">The topic as sent.</param>
    /// <param name="fromCentre">Whether we send it ourselves.</param>
    public static NotAllowedReason CheckPublish(string? boundGateway, string topic, bool fromCentre)
    {
        if (!TelemetryTopic.TryParse(topic, out var parsed))
            return TopicIsWellFormed(topic) ? NotAllowedReason.TopicUnknown : NotAllowedReason.TopicInvalid;
        return CheckPublish(boundGateway, parsed, fromCentre);
    }

    /// <inheritdoc cref="CheckPublish(string?, string, bool)"/>
    public static NotAllowedReason CheckPublish(string? boundGateway, in TelemetryTopic topic, bool fromCentre)
    {
        if (boundGateway is not null && !topic.Gateway.SequenceEqual(boundGateway))
            return NotAllowedReason.OtherGateway;
        return topic.Kind == TelemetryTopicKind.Commands == fromCentre ? NotAllowedReason.None : NotAllowedReason.CommandsAreCentral;
    }

    /// <summary>Whether a sender may subscribe to a filter: only its own commands, without a wildcard.</summary>
    public static NotAllowedReason CheckSubscribe(string gateway, string? filter) =>
        TelemetryTopic.TryParse(filter, out var topic) && topic.Kind == TelemetryTopicKind.Commands && topic.Gateway.SequenceEqual(gateway)
            ? NotAllowedReason.None
            : NotAllowedReason.FilterNotOwn;

    private static readonly System.Buffers.SearchValues<char> SuffixCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    private static bool ContainsControl(string text)
    {
        foreach (char sign in text)
        {
            if (char.IsControl(sign) || char.IsSurrogate(sign))
                return true;
        }
        return false;
    }
}
