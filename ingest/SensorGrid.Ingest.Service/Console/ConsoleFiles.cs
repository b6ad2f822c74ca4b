namespace SensorGrid.Ingest.Service.Console;

/// <summary>Serves the dispatcher's console at <c>/</c>: the built files of <c>ingest/console</c>, compressed in advance. A service built
/// without them says at <c>/</c> how to get them.</summary>
internal static class ConsoleFiles
{
    private const string NotBuilt =
        "The console was left out of this build (BuildConsole=false). The API is at /api/v1, its description at /openapi/v1.json. "
        + "To have the console: install Node.js 20 or later, then: dotnet build ingest/SensorGrid.Ingest.Service\n";

    /// <summary>Shows <c>/</c> as the page. Must stand before routing.</summary>
    public static void UseStartPage(WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path == "/")
            context.Request.Path = "/index.html";
        return next(context);
    });

    public static void Map(WebApplication app)
    {
        string manifest = Path.Combine(AppContext.BaseDirectory, $"{app.Environment.ApplicationName}.staticwebassets.endpoints.json");
        if (File.Exists(manifest) && app.Environment.WebRootFileProvider.GetFileInfo("index.html").Exists)
            app.MapStaticAssets().ExcludeFromDescription();
        else
            app.MapGet("/index.html", () => TypedResults.Text(NotBuilt)).ExcludeFromDescription();
    }
}
