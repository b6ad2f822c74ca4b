using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace SensorGrid.Ingest.Service.Tests.Rig;

/// <summary>Asks the HTTP API as a browser or a program would.</summary>
internal sealed class ApiClient(string http) : IDisposable
{
    public HttpClient Http { get; } = new() { BaseAddress = new Uri(http), Timeout = Wait.Patience };

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<(int Status, JsonElement Problem)> GetProblemAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return Http.SendAsync(request);
    }

    public async Task<JsonElement> AcknowledgeAsync(string alarm, string @operator = "王", string? note = null)
    {
        using var response = await PostAsync($"/api/v1/alarms/{alarm}/acknowledge", JsonSerializer.Serialize(new { @operator, note }));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The only alarm that is open, once there is one.</summary>
    public async Task<JsonElement> OpenAlarmAsync() => (JsonElement)await Wait.ForAsync<object>("an open alarm", async () =>
    {
        var alarms = (await GetAsync("/api/v1/alarms")).GetProperty("alarms");
        return alarms.GetArrayLength() == 0 ? null : alarms[0];
    });

    /// <summary>The live stream from a position on.</summary>
    public async IAsyncEnumerable<SseItem<string>> StreamAsync(long? after = null)
    {
        using var limit = new CancellationTokenSource(Wait.Patience);
        await using var stream = await Http.GetStreamAsync($"/api/v1/alarms/stream{(after is null ? "" : $"?after={after}")}", limit.Token);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(limit.Token))
            yield return item;
    }

    public void Dispose() => Http.Dispose();
}
