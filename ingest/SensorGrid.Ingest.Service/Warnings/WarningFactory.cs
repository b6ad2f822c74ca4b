using SensorGrid.Ingest.Service.Warnings.Cap;

namespace SensorGrid.Ingest.Service.Warnings;

/// <summary>A CAP message as an official warning that has just come in: the worst of its infos for lists, all of them for the page.</summary>
internal static class WarningFactory
{
    private const string Unknown = "Unknown";

    /// <summary>Why a message is right by CAP and yet no warning to relay; null when it is one.</summary>
    public static string? NotRelayedBecause(CapAlert alert) => alert switch
    {
        { MessageType: "Ack" or "Error" } => $"msgType is {alert.MessageType}: an answer between systems. Alert, Update and Cancel are relayed.",
        { Status: "System" or "Draft" } => $"status is {alert.Status}: not meant for people. Actual, Exercise and Test are relayed.",
        _ => null,
    };

    public static OfficialWarning Create(CapAlert alert, long sequence, DateTimeOffset receivedAt, string receivedFrom)
    {
        var infos = alert.Infos;
        var worst = infos.OrderBy(info => Array.IndexOf(CapWords.Severity, info.Severity)).FirstOrDefault();
        var (colour, isStated) = infos.Select(WarningColour.Of).OrderByDescending(each => each.IsStated).ThenByDescending(each => WarningColour.Rank(each.Colour))
            .FirstOrDefault((WarningColour.None, false));
        bool isCancel = alert.MessageType == "Cancel";
        return new(
            WarningId.Of(alert.Sender, alert.Identifier, alert.Sent), alert.Identifier, alert.Sender, alert.Sent,
            infos.Select(info => info.SenderName).FirstOrDefault(name => name is not null) ?? alert.Sender,
            Lower(alert.Status), Lower(alert.MessageType), Lower(alert.Scope), isCancel ? WarningState.Cancellation : WarningState.InForce,
            infos.Count == 0 ? null : infos[0].Event, colour, isStated,
            Lower(worst?.Severity ?? Unknown), Lower(worst?.Urgency ?? Unknown), Lower(worst?.Certainty ?? Unknown),
            [.. infos.SelectMany(info => info.Categories).Distinct(StringComparer.Ordinal).Select(Lower)],
            infos.Min(info => info.Effective) ?? alert.Sent, infos.Min(info => info.Onset),
            // In force until the last of it ends: without an end when one of them has none.
            infos.Any(info => info.Expires is null) ? null : infos.Max(info => info.Expires),
            alert.Note,
            [.. infos.Select(info => new WarningText(
                info.Language, info.Event, info.SenderName, info.Headline, info.Description, info.Instruction, info.Audience, info.Web, info.Contact))],
            [.. infos.SelectMany(info => info.Areas.Select(area => new WarningArea(info.Language, area.Description, area.Polygons, area.Circles, area.Geocodes)))],
            [.. alert.References.Select(reference => new WarningReference(
                reference.Sender, reference.Identifier, reference.Sent, WarningId.Of(reference.Sender, reference.Identifier, reference.Sent),
                alert.MessageType == "Alert" ? WarningRegister.NoEffect : WarningRegister.UnknownReference))],
            isCancel ? receivedAt : null, null, receivedAt, receivedFrom, sequence);
    }

    private static string Lower(string word) => word.ToLowerInvariant();
}
