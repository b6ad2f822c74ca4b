using System.Text.Json;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Definitions;

public sealed class HotReloadTests(ServiceRig rig) : IClassFixture<ServiceRig>
{
    [Fact]
    public async Task A_changed_folder_comes_into_force_as_one_version_and_a_broken_one_does_not()
    {
        string before = await VersionAsync("catalogueVersion");

        File.WriteAllText(rig.Folder.CatalogueFile, ServiceFolder.Catalogue + "relations: [{ kind: upstream, from: bridge, to: nowhere }]\n");
        var errors = await Wait.ForAsync<object>("the error of the catalogue", async () => await ErrorsAsync("catalogue"));
        Assert.Contains($"{rig.Folder.CatalogueFile}:", Assert.Single((string[])errors), StringComparison.Ordinal);
        Assert.Equal(before, await VersionAsync("catalogueVersion"));

        File.WriteAllText(rig.Folder.CatalogueFile, ServiceFolder.Catalogue.Replace("name: { zh: 桥, en: Bridge }", "name: { zh: 新桥, en: New bridge }", StringComparison.Ordinal));
        await Wait.ForAsync<object>("the new catalogue", async () => await VersionAsync("catalogueVersion") == before ? null : "");
        var station = (await rig.Api.GetAsync("/api/v1/stations")).GetProperty("stations")[0];
        Assert.Equal("新桥", station.GetProperty("name").GetProperty("zh").GetString());
        Assert.Null(await ErrorsAsync("catalogue"));
    }

    [Fact]
    public async Task Changed_rules_decide_the_readings_after_them()
    {
        string before = await VersionAsync("rulesVersion");
        await using var gateway = await TestGateway.ConnectAsync(rig.Mqtt);
        await gateway.SendStageAsync(2, TimeProvider.System.GetUtcNow());
        Assert.Equal(0, (await rig.Api.GetAsync("/api/v1/alarms")).GetProperty("alarms").GetArrayLength());

        File.WriteAllText(rig.Folder.RulesFile, ServiceFolder.Rules.Replace("levels: catalogue", "levels: { blue: 1.5 }", StringComparison.Ordinal));
        await Wait.ForAsync<object>("the new rules", async () => await VersionAsync("rulesVersion") == before ? null : "");
        await gateway.SendStageAsync(2.1, TimeProvider.System.GetUtcNow());

        var alarm = await rig.Api.OpenAlarmAsync();
        Assert.Equal(("blue", await VersionAsync("rulesVersion")), (alarm.GetProperty("level").GetString(), alarm.GetProperty("ruleVersion").GetString()));
    }

    private async Task<string> VersionAsync(string name) => (await rig.Api.GetAsync("/api/v1/status")).GetProperty(name).GetString()!;

    private async Task<string[]?> ErrorsAsync(string name)
    {
        var errors = (await rig.Api.GetAsync("/api/v1/status")).GetProperty("definitions").GetProperty(name).GetProperty("errors");
        return errors.GetArrayLength() == 0 ? null : errors.Deserialize<string[]>();
    }
}
