using System.Text.Json;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Api;

/// <summary>What happened after a position: how a subscriber that lacks something catches up.</summary>
public sealed class AlarmEventsTests : IDisposable
{
    private readonly ServiceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pages_of_any_size_together_are_all_that_happened_in_order()
    {
        await using var service = await LocalService.StartAsync(folder);
        var begin = TimeProvider.System.GetUtcNow().AddMinutes(-10);
        await using (var gateway = await TestGateway.ConnectAsync(service.Mqtt))
        {
            for (int i = 0; i < 6; i++)
                await gateway.SendStageAsync(3.5 + i % 2, begin.AddSeconds(i));
        }
        await service.UntilAsync("six transitions", status => status.GetProperty("alarmPublication").GetProperty("position").GetInt64() == 6);

        foreach (int limit in new[] { 1, 4, 6, 100 })
        {
            var found = new List<string>();
            for (long? after = 0; after is not null;)
            {
                var page = await service.Api.GetAsync($"/api/v1/alarms/events?after={after}&limit={limit}&domain=water");
                Assert.Equal(6, page.GetProperty("position").GetInt64());
                foreach (var happened in page.GetProperty("events").EnumerateArray())
                {
                    Assert.Equal("position previous transition alarm", string.Join(' ', happened.EnumerateObject().Select(property => property.Name)));
                    Assert.Equal(6, happened.GetProperty("alarm").GetProperty("revision").GetInt32());
                    found.Add($"{happened.GetProperty("position")} {happened.GetProperty("transition").GetProperty("kind").GetString()}");
                }
                after = page.GetProperty("next").ValueKind == JsonValueKind.Null ? null : page.GetProperty("next").GetInt64();
            }
            Assert.Equal(["1 raised", "2 level-changed", "3 level-changed", "4 level-changed", "5 level-changed", "6 level-changed"], found);
        }
        Assert.Equal(2, (await service.Api.GetAsync("/api/v1/alarms/events?after=4")).GetProperty("events").GetArrayLength());
        Assert.Equal(0, (await service.Api.GetAsync("/api/v1/alarms/events?domain=fire")).GetProperty("events").GetArrayLength());
    }

    [Theory]
    [InlineData("after=-1", "bad_position")]
    [InlineData("after=x", "bad_request")]
    [InlineData("limit=0", "bad_limit")]
    [InlineData("limit=10001", "bad_limit")]
    public async Task A_question_that_cannot_be_answered_is_told_why(string query, string code)
    {
        await using var service = await LocalService.StartAsync(folder);

        var (status, problem) = await service.Api.GetProblemAsync($"/api/v1/alarms/events?{query}");

        Assert.Equal((400, code), (status, problem.GetProperty("code").GetString()));
    }
}
