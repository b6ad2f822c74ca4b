namespace SensorGrid.Ingest.Service.Tests.Rig;

/// <summary>A data folder, a catalogue and rules of one river gauge, in a temporary place.</summary>
internal sealed class ServiceFolder : IDisposable
{
    public const string Catalogue = """
        domains: [{ id: water, name: { zh: 水利, en: Water } }]
        sites: [{ id: site-1, name: { zh: 河段, en: Reach }, domain: water, location: [110.36, 21.27] }]
        stations: [{ id: bridge, site: site-1, kind: river, name: { zh: 桥, en: Bridge }, domain: water, location: [110.36, 21.27] }]
        assets: [{ id: patrol-1, kind: patrol, name: { zh: 巡查员, en: Patrol }, domain: water }]
        gateways: [{ id: water-gw-1, domain: water, station: bridge }]
        datastreams:
          - { gateway: water-gw-1, name: stage, station: bridge, quantity: level, unit: m, decimals: 2, missing: [-9999],
              limits: { yellow: 3, orange: 4, red: 5 } }
          - { gateway: water-gw-1, name: where, asset: patrol-1, quantity: position }
        zones:
          - { id: zone-1, kind: patrol-area, name: { zh: 区, en: Area }, domain: water,
              geometry: { type: Polygon, coordinates: [[[110, 21], [111, 21], [111, 22], [110, 22], [110, 21]]] } }

        """;

    public const string Rules = """
        rules:
          - id: water.river-level
            type: threshold
            domain: water
            title: { zh: 河道水位超限, en: River level high }
            scope: { domain: water, quantity: level, kind: river }
            value: last
            direction: above
            levels: catalogue
            clear-margin: 0.1
            plan: PLAN-W-01

        """;

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("sensorgrid-service-test-");

    public ServiceFolder()
    {
        Directory.CreateDirectory(CatalogueFolder);
        Directory.CreateDirectory(RulesFolder);
        File.WriteAllText(CatalogueFile, Catalogue);
        File.WriteAllText(RulesFile, Rules);
    }

    public string Path => root.FullName;

    public string Data => Combine("data");

    public string CatalogueFolder => Combine("catalogue");

    public string CatalogueFile => Combine("catalogue", "city.yaml");

    public string RulesFolder => Combine("rules");

    public string RulesFile => Combine("rules", "river.yaml");

    /// <summary>Where it listens, without the port.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Ports it listens on; 0 takes a free one.</summary>
    public (int Http, int Mqtt) Ports { get; set; }

    /// <summary>Names no folder of rules, so that those which come with the program are used.</summary>
    public bool UsesPacks { get; set; }

    /// <summary>What every start is given, besides what a test adds.</summary>
    // A disk that is slow just now is not what these tests ask about.
    public string[] Arguments(params string[] more) =>
        ["--data", Data, "--http", $"{Address}:{Ports.Http}", "--mqtt", $"{Address}:{Ports.Mqtt}", "--catalogue", CatalogueFolder, .. UsesPacks ? [] : (string[])["--rules", RulesFolder], "--Log:SlowCommit", "10min", .. more];

    public void Dispose() => root.Delete(recursive: true);

    private string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);
}
