using Microsoft.AspNetCore.OpenApi;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>The document at <c>/openapi/v1.json</c>. Names no server, so that it is the same wherever it is served.</summary>
internal static class OpenApiDocument
{
    public static void Configure(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info.Title = "SensorGrid";
        document.Info.Version = "v1";
        document.Info.Description = "Readings, alarms and the things measured. Times are RFC 3339 in UTC; errors are Problem Details with a stable \"code\".";
        document.Servers?.Clear();
        return Task.CompletedTask;
    });
}
