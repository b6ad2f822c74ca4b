using System.Net;
using System.Text.Json;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Api;

/// <summary>More queries than may run and wait.</summary>
public sealed class QueryLimitTests : IDisposable
{
    private readonly ServiceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task One_query_too_many_is_told_when_to_ask_again_and_the_next_is_answered()
    {
        await using var service = await LocalService.StartAsync(folder, null, "--Storage:ConcurrentQueries", "1", "--Storage:WaitingQueries", "0");
        await using (var gateway = await TestGateway.ConnectAsync(service.Mqtt))
            await gateway.SendStageAsync(2.5, TimeProvider.System.GetUtcNow());
        const string Query = "/api/v1/readings?datastream=water-gw-1/stage";
        await Wait.ForAsync<object>("the reading", async () =>
            (await service.Api.GetAsync(Query)).GetProperty("readings").GetArrayLength() == 1 ? this : null);

        // Rounds of queries that all come at once, until one finds the only place taken; any round may be the first.
        HttpResponseMessage? refused = null;
        using var limit = new CancellationTokenSource(Wait.Patience);
        while (refused is null)
        {
            limit.Token.ThrowIfCancellationRequested();
            var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => service.Api.Http.GetAsync(Query)));
            Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable }));
            Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            refused = Array.Find(answers, answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable);
        }

        var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal((503, "too_many_queries"), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()));
        Assert.Contains("WaitingQueries", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Equal(1, (await service.Api.GetAsync(Query)).GetProperty("readings").GetArrayLength());
    }
}
