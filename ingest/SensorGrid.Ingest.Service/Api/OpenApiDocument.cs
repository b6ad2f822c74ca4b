using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>The document at <c>/openapi/v1.json</c>. Names no server, so that it is the same wherever it is served.</summary>
internal static class OpenApiDocument
{
    private const string ViewSuffix = "View";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "SensorGrid";
            document.Info.Version = "v1";
            document.Info.Description = "Readings, alarms and the things measured. Times are RFC 3339 in UTC; errors are Problem Details with a stable \"code\".";
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
        // Written by a converter of ours, of which the generator cannot know that it writes texts.
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = context.JsonTypeInfo.Type;
            if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
                (schema.Type, schema.Format) = (type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null, "date-time");
            return Task.CompletedTask;
        });
        // A type of ours is called View where the domain's own type has the name; to clients it is simply an Alarm.
        options.CreateSchemaReferenceId = info => OpenApiOptions.CreateDefaultSchemaReferenceId(info) is { } name && name.EndsWith(ViewSuffix, StringComparison.Ordinal)
            ? name[..^ViewSuffix.Length]
            : OpenApiOptions.CreateDefaultSchemaReferenceId(info);
    }

    /// <summary>Describes the errors an endpoint answers with.</summary>
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (int status in statuses)
            endpoint.ProducesProblem(status);
        return endpoint;
    }
}
