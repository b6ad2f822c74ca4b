using System.Text;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Tests.Warnings;

public sealed class WarningRecoveryTests : IDisposable
{
    private readonly ServiceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_killed_service_has_all_of_them_again_and_the_log_alone_gives_the_same()
    {
        string before;
        await using (var service = await ServiceProcess.StartAsync(folder))
        {
            using var api = new ApiClient(service.Http);
            await PostAsync(api, SomeCap.Alert("W-1"));
            await PostAsync(api, SomeCap.Alert("W-2", type: "Update", references: SomeCap.ReferenceTo("W-1"), expires: "2036-06-15T09:00:00+08:00"));
            await PostAsync(api, SomeCap.Cancel("W-3", SomeCap.ReferenceTo("W-9")));
            // Over before it came.
            await PostAsync(api, SomeCap.Alert("W-4", expires: "2026-06-15T09:00:00+08:00"));
            before = await AllAsync(api);
            service.Kill();
        }
        Assert.Contains("\"state\":\"replaced\"", before, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"expired\"", before, StringComparison.Ordinal);

        await using (var again = await ServiceProcess.StartAsync(folder))
        {
            using var api = new ApiClient(again.Http);
            Assert.Equal(before, await AllAsync(api));
            Assert.Equal(0, await again.StopAsync());
        }

        foreach (string file in Directory.GetFiles(folder.Data, StateDatabase.FileName + "*"))
            File.Delete(file);
        await using var replayed = await ServiceProcess.StartAsync(folder);
        using var last = new ApiClient(replayed.Http);
        Assert.Equal(before, await AllAsync(last));
        // What came to the log of the first life is known to the third.
        using var repeated = await SendAsync(last, SomeCap.Alert("W-1"));
        Assert.Equal(200, (int)repeated.StatusCode);
    }

    private static async Task PostAsync(ApiClient api, string message)
    {
        using var response = await SendAsync(api, message);
        Assert.True((int)response.StatusCode == 201, await response.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> SendAsync(ApiClient api, string message) =>
        api.Http.PostAsync("/api/v1/warnings?operator=a", new StringContent(message, Encoding.UTF8, "application/cap+xml"));

    // With the message of each, as it came.
    private static async Task<string> AllAsync(ApiClient api)
    {
        var list = await api.GetAsync("/api/v1/warnings?state=all");
        var text = new StringBuilder(list.GetRawText());
        foreach (var warning in list.GetProperty("warnings").EnumerateArray())
            text.Append(await api.Http.GetStringAsync($"/api/v1/warnings/{warning.GetProperty("id").GetString()}/cap"));
        return text.ToString();
    }
}
