using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SensorGrid.Ingest.Service.Api;

namespace SensorGrid.Ingest.Service.Tests.Api;

public class RequestGuardTests
{
    [Theory]
    [InlineData("127.0.0.1:8080")]
    [InlineData("[::1]:8080")]
    [InlineData("localhost:8080")]
    [InlineData("192.0.2.7")]
    [InlineData("city.example:8080")]
    public async Task Reads_are_answered_under_an_address_or_an_allowed_name(string host) =>
        Assert.Equal(StatusCodes.Status200OK, await AskAsync("GET", host));

    [Theory]
    [InlineData("rebound.example:8080")]
    [InlineData("127.0.0.1.rebound.example")]
    [InlineData("")]
    public async Task A_strange_host_name_is_refused_even_for_reads(string host) =>
        Assert.Equal(StatusCodes.Status403Forbidden, await AskAsync("GET", host));

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "http://127.0.0.1:9090")]
    [InlineData("Origin", "null")]
    public async Task A_write_from_another_origin_is_refused(string header, string value) =>
        Assert.Equal(StatusCodes.Status403Forbidden, await AskAsync("POST", "127.0.0.1:8080", "application/json", (header, value)));

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "http://127.0.0.1:8080")]
    public async Task A_write_from_our_own_page_passes(string header, string value) =>
        Assert.Equal(StatusCodes.Status200OK, await AskAsync("POST", "127.0.0.1:8080", "application/json; charset=utf-8", (header, value)));

    [Fact]
    public async Task A_write_from_a_program_passes_without_those_headers() =>
        Assert.Equal(StatusCodes.Status200OK, await AskAsync("POST", "127.0.0.1:8080", "application/json"));

    [Fact]
    public async Task The_default_port_may_be_left_out_of_the_origin() =>
        Assert.Equal(StatusCodes.Status200OK, await AskAsync("POST", "127.0.0.1:80", "application/json", ("Origin", "http://127.0.0.1")));

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/jsonp")]
    public async Task A_body_a_plain_form_could_send_is_refused(string? contentType) =>
        Assert.Equal(StatusCodes.Status415UnsupportedMediaType, await AskAsync("POST", "127.0.0.1:8080", contentType));

    [Theory]
    [InlineData("application/cap+xml", "/api/v1/warnings", StatusCodes.Status200OK)]
    [InlineData("text/xml; charset=utf-8", "/api/v1/warnings", StatusCodes.Status200OK)]
    [InlineData("application/json", "/api/v1/warnings", StatusCodes.Status415UnsupportedMediaType)]
    [InlineData("text/plain", "/api/v1/warnings", StatusCodes.Status415UnsupportedMediaType)]
    [InlineData("application/xml", "/api/v1/rules", StatusCodes.Status415UnsupportedMediaType)]
    public async Task Xml_is_taken_where_official_warnings_are_handed_over_and_nowhere_else(string contentType, string path, int status) =>
        Assert.Equal(status, await AskAsync("POST", "127.0.0.1:8080", contentType, path));

    private static Task<int> AskAsync(string method, string host, string? contentType = null, params (string Name, string Value)[] headers) =>
        AskAsync(method, host, contentType, "/", headers);

    private static async Task<int> AskAsync(string method, string host, string? contentType, string path, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);
        context.Request.ContentType = contentType;
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        await new RequestGuard(["city.example"]).InvokeAsync(context, _ => Task.CompletedTask);
        return context.Response.StatusCode;
    }
}
