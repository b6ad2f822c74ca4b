using System.Text.RegularExpressions;

namespace SensorGrid.Ingest.Service.Warnings.Cap;

/// <summary>Bytes in, a message or its mistakes out. Pure: the API asks it before a message goes into the log, the follower when it comes out.
/// <code>
/// alert  identifier sender sent status msgType scope, restriction if Restricted, addresses if Private, references unless Alert
///   info at least one unless Cancel, Ack, Error: category+ event urgency severity certainty, language (en-US)
///     area* areaDesc, polygon* circle* geocode*
/// </code>
/// OASIS CAP 1.2, section 3.2. The order of elements is not looked at: no two senders keep it.</summary>
internal static partial class CapReader
{
    private const int MaxInfos = 16;
    private const int MaxReferences = 100;
    private const int MaxParameters = 100;
    private const int MaxCategories = 12;

    /// <summary>What CAP takes an info without a language for.</summary>
    private const string DefaultLanguage = "en-US";

    /// <returns>The message, or null with at least one mistake.</returns>
    public static (CapAlert? Alert, IReadOnlyList<CapMistake> Mistakes) Read(ReadOnlyMemory<byte> message)
    {
        var (root, mistake) = CapXml.Read(message);
        if (root is null)
            return (null, [mistake!]);
        var fields = new CapFields();
        fields.CheckNames(root);
        var alert = ReadAlert(root, fields);
        return fields.Mistakes.Count == 0 ? (alert, []) : (null, fields.Mistakes);
    }

    private static CapAlert ReadAlert(CapElement root, CapFields fields)
    {
        string identifier = fields.Name(root, "identifier");
        string sender = fields.Name(root, "sender");
        var sent = fields.Time(root, "sent", mandatory: true) ?? default;
        string status = fields.Word(root, "status", CapWords.Status);
        string messageType = fields.Word(root, "msgType", CapWords.MessageType);
        string scope = fields.Word(root, "scope", CapWords.Scope);
        fields.One(root, "restriction", mandatory: scope == "Restricted");
        fields.One(root, "addresses", mandatory: scope == "Private");
        var references = ReadReferences(root, messageType, fields);
        var infos = fields.Many(root, "info", MaxInfos).Select(info => ReadInfo(info, fields)).ToList();
        if (infos.Count == 0 && messageType is "Alert" or "Update")
            fields.Add(new CapMistake("alert/info", root.Line, "it is missing", $"at least one info in {(messageType == "Alert" ? "an Alert" : "an Update")}"));
        return new(identifier, sender, sent, status, messageType, scope, fields.Text(root, "note"), references, infos);
    }

    private static List<CapReference> ReadReferences(CapElement root, string messageType, CapFields fields)
    {
        var references = new List<CapReference>();
        if (fields.One(root, "references", mandatory: messageType is not ("Alert" or "")) is not { } element)
            return references;
        string[] named = element.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (named.Length > MaxReferences)
            fields.Add(element, $"it names {named.Length} messages", $"at most {MaxReferences}");
        foreach (string name in named.Take(MaxReferences))
        {
            if (name.Split(',') is [{ Length: > 0 } sender, { Length: > 0 } identifier, var time] && CapFields.TryTime(time, out var sent))
                references.Add(new(sender, identifier, sent));
            else
                fields.Add(element, $"it has {CapFields.Shown(name)}", "sender,identifier,sent of earlier messages, with spaces between them");
        }
        return references;
    }

    private static CapInfo ReadInfo(CapElement info, CapFields fields)
    {
        string language = fields.Text(info, "language") ?? DefaultLanguage;
        if (!LanguagePattern().IsMatch(language))
            fields.Add(fields.One(info, "language", mandatory: false)!, $"it is {CapFields.Shown(language)}", "a language code such as zh-CN or en-US");
        var categories = fields.Many(info, "category", MaxCategories).Select(category => fields.Word(category, CapWords.Category)).ToList();
        if (categories.Count == 0)
            fields.Add(new CapMistake($"{info.Path}/category", info.Line, "it is missing", CapWords.Or(CapWords.Category)));
        foreach (var response in fields.Many(info, "responseType", CapWords.ResponseType.Length))
            fields.Word(response, CapWords.ResponseType);
        foreach (var code in fields.Many(info, "eventCode", MaxParameters))
            ReadNamedValue(code, fields);
        foreach (var resource in fields.Many(info, "resource", MaxParameters))
        {
            fields.One(resource, "resourceDesc", mandatory: true);
            fields.One(resource, "mimeType", mandatory: true);
        }
        return new(
            language, categories, fields.Text(info, "event", mandatory: true) ?? "", fields.Word(info, "urgency", CapWords.Urgency),
            fields.Word(info, "severity", CapWords.Severity), fields.Word(info, "certainty", CapWords.Certainty), fields.Text(info, "audience"),
            fields.Time(info, "effective"), fields.Time(info, "onset"), fields.Time(info, "expires"), fields.Text(info, "senderName"),
            fields.Text(info, "headline"), fields.Text(info, "description"), fields.Text(info, "instruction"), fields.Text(info, "web"), fields.Text(info, "contact"),
            [.. fields.Many(info, "parameter", MaxParameters).Select(parameter => ReadNamedValue(parameter, fields))],
            CapAreaReader.Read(info, fields));
    }

    public static CapNamedValue ReadNamedValue(CapElement element, CapFields fields) =>
        new(fields.Text(element, "valueName", mandatory: true) ?? "", fields.Text(element, "value") ?? "");

    [GeneratedRegex("^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,7}$", RegexOptions.CultureInvariant)]
    private static partial Regex LanguagePattern();
}
