using System.Globalization;
using System.Text;

namespace SensorGrid.Benches.Load;

/// <summary>Writes the catalogue and rules of a load run: every gateway with its datastreams, rules over all of them that stay
/// quiet, and one probe whose readings raise and clear an alarm.</summary>
internal static class LoadCatalogue
{
    public const string ProbeGateway = "load-probe";

    public const string ProbeRule = "load.probe";

    private const int DatastreamsInFile = 20_000;

    public static string GatewayId(int number) => $"load-{number:D4}";

    public static void Write(LoadPlan plan, string catalogueFolder, string rulesFolder)
    {
        Directory.CreateDirectory(catalogueFolder);
        Directory.CreateDirectory(rulesFolder);
        File.WriteAllText(Path.Combine(catalogueFolder, "load.yaml"), Catalogue(plan));
        WriteDatastreams(plan, catalogueFolder);
        File.WriteAllText(Path.Combine(rulesFolder, "load.yaml"), Rules(plan));
    }

    /// <summary>As many rules for the peers, each over the same gateways: limits on the last value, which is all they can.</summary>
    public static void WritePeerRules(LoadPlan plan, string file)
    {
        var rules = Enumerable.Range(0, plan.Rules).Select(rule => (Rule: RuleId(rule), Gateway: GatewayId(rule % plan.Gateways), Limit: 1_000_000_000))
            .Append((Rule: ProbeRule, Gateway: ProbeGateway, Limit: 10))
            .Select(rule => string.Create(CultureInfo.InvariantCulture, $"  {{ \"rule\": \"{rule.Rule}\", \"gateway\": \"{rule.Gateway}\", \"limit\": {rule.Limit} }}"));
        File.WriteAllText(file, $"[\n{string.Join(",\n", rules)}\n]\n");
    }

    private static string RuleId(int rule) => $"load.r{rule:D4}";

    private static string Catalogue(LoadPlan plan)
    {
        var text = new StringBuilder();
        text.AppendLine("domains: [{ id: water, name: { zh: 水利, en: Water } }]");
        text.AppendLine("sites: [{ id: load-site, name: { zh: 负载, en: Load }, domain: water, location: [110.36, 21.27] }]");
        text.AppendLine("stations:");
        for (int gateway = 0; gateway < plan.Gateways; gateway++)
            text.AppendLine(CultureInfo.InvariantCulture, $"  - {{ id: st-{gateway:D4}, site: load-site, kind: river, domain: water, name: {{ zh: 站 {gateway}, en: Station {gateway} }}, location: [110.36, 21.27] }}");
        text.AppendLine("  - { id: st-probe, site: load-site, kind: probe, domain: water, name: { zh: 探针, en: Probe }, location: [110.36, 21.27] }");
        text.AppendLine("gateways:");
        for (int gateway = 0; gateway < plan.Gateways; gateway++)
            text.AppendLine(CultureInfo.InvariantCulture, $"  - {{ id: {GatewayId(gateway)}, domain: water, station: st-{gateway:D4} }}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  - {{ id: {ProbeGateway}, domain: water, station: st-probe }}");
        return text.ToString();
    }

    // In files of their own: one file of the catalogue may have 4 MiB.
    private static void WriteDatastreams(LoadPlan plan, string folder)
    {
        var text = new StringBuilder();
        int lines = 0;
        for (int gateway = 0; gateway < plan.Gateways; gateway++)
        {
            for (int datastream = 0; datastream < plan.Datastreams; datastream++)
            {
                if (lines++ % DatastreamsInFile == 0)
                    text.AppendLine("datastreams:");
                text.AppendLine(CultureInfo.InvariantCulture, $"  - {{ gateway: {GatewayId(gateway)}, name: d{datastream}, station: st-{gateway:D4}, quantity: level, unit: m }}");
                if (lines % DatastreamsInFile == 0)
                    Flush();
            }
        }
        if (lines % DatastreamsInFile == 0)
            text.AppendLine("datastreams:");
        text.AppendLine(CultureInfo.InvariantCulture, $"  - {{ gateway: {ProbeGateway}, name: probe, station: st-probe, quantity: level, unit: m }}");
        Flush();

        void Flush()
        {
            File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"datastreams-{lines:D7}.yaml")), text.ToString());
            text.Clear();
        }
    }

    // Every rule looks at the datastreams of some stations, so that each reading meets several rules, as in a city.
    private static string Rules(LoadPlan plan)
    {
        var text = new StringBuilder("rules:\n");
        for (int rule = 0; rule < plan.Rules; rule++)
        {
            string value = (rule % 4) switch { 0 => "last", 1 => "avg(10min)", 2 => "max(1h)", _ => "rate(10min)" };
            text.AppendLine(CultureInfo.InvariantCulture, $"  - {{ id: {RuleId(rule)}, type: threshold, domain: water, title: {{ zh: 规则, en: Rule }}, scope: {{ stations: [st-{rule % plan.Gateways:D4}], quantity: level }}, value: {value}, levels: {{ red: 1000000000 }} }}");
        }
        text.AppendLine($"  - {{ id: {ProbeRule}, type: threshold, domain: water, title: {{ zh: 探针, en: Probe }}, scope: {{ stations: [st-probe] }}, value: last, levels: {{ red: 10 }}, latch: none }}");
        return text.ToString();
    }
}
