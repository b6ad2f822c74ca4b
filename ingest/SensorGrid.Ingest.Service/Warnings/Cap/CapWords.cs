using System.Collections.Frozen;

namespace SensorGrid.Ingest.Service.Warnings.Cap;

/// <summary>What CAP 1.2 (section 3.2) allows: the values of its enumerations, and which elements stand in which.</summary>
internal static class CapWords
{
    public static readonly string[] Status = ["Actual", "Exercise", "System", "Test", "Draft"];
    public static readonly string[] MessageType = ["Alert", "Update", "Cancel", "Ack", "Error"];
    public static readonly string[] Scope = ["Public", "Restricted", "Private"];
    public static readonly string[] Category = ["Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"];
    public static readonly string[] ResponseType = ["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"];
    public static readonly string[] Urgency = ["Immediate", "Expected", "Future", "Past", "Unknown"];
    public static readonly string[] Severity = ["Extreme", "Severe", "Moderate", "Minor", "Unknown"];
    public static readonly string[] Certainty = ["Observed", "Likely", "Possible", "Unlikely", "Unknown"];

    /// <summary>Elements that may stand in an element.</summary>
    public static readonly FrozenDictionary<string, string[]> Inside = new Dictionary<string, string[]>
    {
        ["alert"] = ["identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses", "code", "note", "references", "incidents", "info"],
        ["info"] =
        [
            "language", "category", "event", "responseType", "urgency", "severity", "certainty", "audience", "eventCode", "effective", "onset", "expires",
            "senderName", "headline", "description", "instruction", "web", "contact", "parameter", "resource", "area",
        ],
        ["resource"] = ["resourceDesc", "mimeType", "size", "uri", "derefUri", "digest"],
        ["area"] = ["areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"],
        ["parameter"] = ["valueName", "value"],
        ["eventCode"] = ["valueName", "value"],
        ["geocode"] = ["valueName", "value"],
    }.ToFrozenDictionary();

    /// <summary>"A, B or C".</summary>
    public static string Or(IReadOnlyList<string> words) => $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";
}
