using System.Text.Json;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests.Api;

public sealed class OpenApiTests(ServiceRig rig) : IClassFixture<ServiceRig>
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The document is a contract: a change of it is a decision, seen in review as a change of this file.</summary>
    [Fact]
    public async Task The_document_is_the_one_in_the_repository()
    {
        string file = RepositoryRoot.Combine("tests", "SensorGrid.Ingest.Service.Tests", "Api", "openapi-v1.json");
        string served = JsonSerializer.Serialize(await rig.Api.GetAsync("/openapi/v1.json"), Indented) + "\n";
        string beside = Path.ChangeExtension(Path.Combine(AppContext.BaseDirectory, Path.GetFileName(file)), ".served.json");
        File.WriteAllText(beside, served);

        Assert.True(served == (File.Exists(file) ? File.ReadAllText(file) : ""), $"The API has changed. If it was meant to: cp {beside} {file}");
    }

    [Fact]
    public async Task Every_path_of_the_contract_is_described_with_its_errors()
    {
        var paths = (await rig.Api.GetAsync("/openapi/v1.json")).GetProperty("paths");

        foreach (string path in new[]
        {
            "/api/v1/status", "/api/v1/domains", "/api/v1/stations", "/api/v1/assets", "/api/v1/gateways", "/api/v1/zones", "/api/v1/datastreams",
            "/api/v1/readings", "/api/v1/alarms", "/api/v1/alarms/events", "/api/v1/alarms/{id}", "/api/v1/alarms/{id}/trend", "/api/v1/alarms/{id}/explanation", "/api/v1/alarms/stream", "/api/v1/rules",
            "/api/v1/rules/versions", "/api/v1/rules/versions/{hash}", "/api/v1/stations/connected", "/api/v1/stations/heard", "/api/v1/stations/commands", "/healthz/live", "/healthz/ready",
            "/api/v1/warnings", "/api/v1/warnings/{id}", "/api/v1/warnings/{id}/cap",
        })
        {
            Assert.True(paths.GetProperty(path).GetProperty("get").TryGetProperty("summary", out _), path);
        }
        var responses = paths.GetProperty("/api/v1/alarms/{id}/acknowledge").GetProperty("post").GetProperty("responses");
        foreach (string status in new[] { "200", "400", "403", "404", "409", "415", "503" })
            Assert.True(responses.TryGetProperty(status, out _), status);
    }
}
