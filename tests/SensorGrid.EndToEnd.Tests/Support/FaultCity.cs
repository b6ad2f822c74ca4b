using System.Globalization;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>Catalogue and rules of a fault test: the gateways of a fleet, a probe, a level that raises an alarm, and silence.</summary>
internal static class FaultCity
{
    public const string LevelRule = "fault.level";
    public const string SilenceRule = "fault.silence";

    /// <summary>Silence after which a gateway is named.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    public static string GatewayId(int number) => $"fault-{number.ToString("D3", CultureInfo.InvariantCulture)}";

    /// <summary>Writes them.</summary>
    /// <returns>Arguments for the service.</returns>
    public static string[] Write(TempFolder folder, int gateways, bool watchesSilence = false)
    {
        Directory.CreateDirectory(folder["catalogue"]);
        Directory.CreateDirectory(folder["rules"]);
        var ids = Enumerable.Range(0, gateways).Select(GatewayId).Append(AlarmProbe.Gateway).ToList();
        File.WriteAllLines(Path.Combine(folder["catalogue"], "fault.yaml"),
        [
            "domains: [{ id: water, name: Water }]",
            "stations: [{ id: st, kind: river, name: Station, domain: water, location: [110.3, 21.2] }]",
            "gateways:",
            .. ids.Select(id => $"  - {{ id: {id}, domain: water, station: st }}"),
            "datastreams:",
            .. ids.Select(id => $"  - {{ gateway: {id}, name: level, station: st, quantity: level, unit: m }}"),
        ]);
        File.WriteAllLines(Path.Combine(folder["rules"], "fault.yaml"),
        [
            "rules:",
            $"  - {{ id: {LevelRule}, type: threshold, domain: water, title: {{ zh: 水位, en: Level }}, scope: {{ quantity: level }}, levels: {{ yellow: 10 }}, clear-margin: 1 }}",
            "  - { id: fault.mean, type: threshold, domain: water, title: { zh: 均值, en: Mean }, scope: { quantity: level }, value: avg(10s), levels: { yellow: 1000 } }",
            .. watchesSilence
                ? ids.SkipLast(1).Select(id => $"  - {{ id: {SilenceRule}-{id}, type: deadman, domain: water, title: {{ zh: 失联, en: Silent }}, scope: {{ gateways: [{id}] }}, of: gateway, silence: {Silence.TotalSeconds}s, level: yellow }}")
                : (IEnumerable<string>)[],
        ]);
        return ["--catalogue", folder["catalogue"], "--rules", folder["rules"]];
    }
}
