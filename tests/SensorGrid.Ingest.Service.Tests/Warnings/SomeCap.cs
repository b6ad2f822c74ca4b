using System.Text;

namespace SensorGrid.Ingest.Service.Tests.Warnings;

/// <summary>CAP messages of which only what matters is said.</summary>
internal static class SomeCap
{
    public const string Sender = "office@weather.example";
    public const string Sent = "2026-06-15T08:00:00+08:00";

    /// <summary>A message with everything that CAP makes mandatory, and one of each shape.</summary>
    public static string Alert(
        string identifier = "W-1", string status = "Exercise", string type = "Alert", string? references = null, string? expires = null, string sent = Sent, string more = "") => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
          <identifier>{identifier}</identifier>
          <sender>{Sender}</sender>
          <sent>{sent}</sent>
          <status>{status}</status>
          <msgType>{type}</msgType>
          <scope>Public</scope>
          {(references is null ? "" : $"<references>{references}</references>")}
          <info>
            <language>zh-CN</language>
            <category>Met</category>
            <event>暴雨</event>
            <responseType>Monitor</responseType>
            <urgency>Expected</urgency>
            <severity>Severe</severity>
            <certainty>Likely</certainty>
            {(expires is null ? "" : $"<expires>{expires}</expires>")}
            <senderName>气象台</senderName>
            <headline>暴雨橙色预警信号</headline>
            <description>三小时内雨量将达 50 毫米。{more}</description>
            <parameter><valueName>eventColor</valueName><value>Orange</value></parameter>
            <area>
              <areaDesc>市区</areaDesc>
              <polygon>21.1,110.3 21.3,110.3 21.3,110.5 21.1,110.3</polygon>
              <circle>21.27,110.36 15.5</circle>
              <geocode><valueName>code</valueName><value>440800</value></geocode>
            </area>
          </info>
        </alert>
        """;

    /// <summary>A Cancel without an info, as many offices send it.</summary>
    public static string Cancel(string identifier, string references, string status = "Exercise") => $"""
        <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{identifier}</identifier><sender>{Sender}</sender><sent>{Sent}</sent>
        <status>{status}</status><msgType>Cancel</msgType><scope>Public</scope><references>{references}</references></alert>
        """;

    public static string ReferenceTo(string identifier) => $"{Sender},{identifier},{Sent}";

    public static ReadOnlyMemory<byte> Bytes(string message) => Encoding.UTF8.GetBytes(message);
}
