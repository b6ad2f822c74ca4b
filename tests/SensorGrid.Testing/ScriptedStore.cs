using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;

namespace SensorGrid.Testing;

/// <summary>A store on loopback that answers as told, 204 when it was told nothing, and remembers what it was asked.</summary>
public sealed class ScriptedStore : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<StoreRequest> requests = new();
    private readonly ConcurrentQueue<ScriptedAnswer> script = new();
    private readonly Task serving;

    public ScriptedStore()
    {
        Port = FreePort.Take();
        listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        listener.Start();
        serving = Task.Run(ServeAsync);
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    public IReadOnlyList<StoreRequest> Requests => [.. requests];

    /// <summary>Lines of all requests that were answered 204.</summary>
    public IReadOnlyList<string> Taken => [.. requests.Where(request => request.Answer.Status == 204).SelectMany(request => request.Lines)];

    /// <summary>Decides by what was sent, when the script has come to its end.</summary>
    public Func<StoreRequest, ScriptedAnswer>? Otherwise { get; set; }

    public ScriptedStore Then(int status, string body = "", params (string Name, string Value)[] headers)
    {
        script.Enqueue(new(status, body, headers));
        return this;
    }

    public void Dispose()
    {
        listener.Close();
        serving.GetAwaiter().GetResult();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Closed: the test is over.
                return;
            }
            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var request = await ReadAsync(context.Request);
        request.Answer = script.TryDequeue(out var next) ? next : Otherwise?.Invoke(request) ?? new(204, "", []);
        requests.Enqueue(request);
        if (request.Answer.Status == 0)
        {
            // Never answers; the connection stays open until the client lets go.
            return;
        }
        context.Response.StatusCode = request.Answer.Status;
        foreach (var (name, value) in request.Answer.Headers)
            context.Response.Headers[name] = value;
        byte[] body = Encoding.UTF8.GetBytes(request.Answer.Body);
        try
        {
            if (body.Length > 0)
                await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The client gave up first, as a test wants it to.
        }
    }

    private static async Task<StoreRequest> ReadAsync(HttpListenerRequest request)
    {
        Stream body = request.InputStream;
        string? encoding = request.Headers["Content-Encoding"];
        if (encoding == "gzip")
            body = new GZipStream(body, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes);
        return new()
        {
            Method = request.HttpMethod,
            PathAndQuery = request.Url!.PathAndQuery,
            Authorization = request.Headers["Authorization"],
            Encoding = encoding,
            ContentType = request.ContentType,
            Body = bytes.ToArray(),
        };
    }
}

/// <param name="Status">0: never answers.</param>
/// <param name="Body">Body.</param>
/// <param name="Headers">Further headers.</param>
public sealed record ScriptedAnswer(int Status, string Body, (string Name, string Value)[] Headers);

public sealed class StoreRequest
{
    public required string Method { get; init; }

    public required string PathAndQuery { get; init; }

    public string? Authorization { get; init; }

    public string? Encoding { get; init; }

    public string? ContentType { get; init; }

    public required byte[] Body { get; init; }

    public ScriptedAnswer Answer { get; set; } = null!;

    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    /// <summary>Of bodies whose texts hold no line ends.</summary>
    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
