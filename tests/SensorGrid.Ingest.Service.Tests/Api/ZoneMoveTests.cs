using System.Net;
using System.Text.Json;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Api;

public sealed class ZoneMoveTests(ServiceRig rig) : IClassFixture<ServiceRig>
{
    private const string Triangle = """{"type":"Polygon","coordinates":[[[112,21],[112.1,21],[112.1,21.1],[112,21]]]}""";

    [Fact]
    public async Task A_zone_moves_and_goes_back()
    {
        var moved = await PostAsync("zone-1", $$"""{"operator":"王","geometry":{{Triangle}},"validTo":"2099-01-01T08:00:00+08:00"}""", HttpStatusCode.OK);
        Assert.Equal((112, true, "2099-01-01T00:00:00.000Z"), (FirstLongitude(moved), moved.GetProperty("properties").GetProperty("moved").GetBoolean(),
            moved.GetProperty("properties").GetProperty("validTo").GetString()));
        Assert.Equal(moved.GetRawText(), (await rig.Api.GetAsync("/api/v1/zones")).GetProperty("features")[0].GetRawText());

        var back = await PostAsync("zone-1", """{"operator":"王","geometry":null}""", HttpStatusCode.OK);
        Assert.Equal((110, false), (FirstLongitude(back), back.GetProperty("properties").GetProperty("moved").GetBoolean()));
    }

    [Theory]
    [InlineData("nowhere", """{"operator":"王","geometry":null}""", HttpStatusCode.NotFound, "no_such_zone")]
    [InlineData("zone-1", """{"operator":" ","geometry":null}""", HttpStatusCode.BadRequest, "bad_zone")]
    [InlineData("zone-1", """{"operator":"王","geometry":{"type":"Point","coordinates":[110,21]}}""", HttpStatusCode.BadRequest, "bad_zone")]
    [InlineData("zone-1", """{"operator":"王","geometry":{"type":"Polygon","coordinates":[[[21,112],[21,112.1],[21.1,112.1],[21,112]]]}}""", HttpStatusCode.BadRequest, "bad_zone")]
    [InlineData("zone-1", """{"operator":"王","validFrom":"tomorrow"}""", HttpStatusCode.BadRequest, "bad_zone")]
    public async Task A_move_that_makes_no_sense_is_refused_and_nothing_moves(string zone, string body, HttpStatusCode status, string code)
    {
        Assert.Equal(code, (await PostAsync(zone, body, status)).GetProperty("code").GetString());
        Assert.Equal(110, FirstLongitude((await rig.Api.GetAsync("/api/v1/zones")).GetProperty("features")[0]));
    }

    private async Task<JsonElement> PostAsync(string zone, string body, HttpStatusCode expected)
    {
        using var response = await rig.Api.PostAsync($"/api/v1/zones/{zone}", body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    private static double FirstLongitude(JsonElement feature) => feature.GetProperty("geometry").GetProperty("coordinates")[0][0][0].GetDouble();
}
