using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>One request at a time to one store: lines in, answer out. Never throws for what a store or a network does.</summary>
internal sealed class LineProtocolSink : IDisposable
{
    // Of an error's text; a page of a proxy may be longer.
    private const int LongestErrorBody = 16 * 1024;

    private readonly ExternalStoreOptions options;
    private readonly TimeProvider time;
    private readonly HttpClient client;
    private readonly ArrayBufferWriter<byte> compressed = new(64 * 1024);
    private AuthenticationHeaderValue? authorization;

    /// <param name="options">Checked.</param>
    /// <param name="time">Clock of the time-out and of <c>Retry-After</c>.</param>
    public LineProtocolSink(ExternalStoreOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        Address = StoreAddress.Of(options);
        authorization = ReadAuthorization();
        // A redirect would carry the token elsewhere. A proxy of the environment is meant for the internet, not for a store beside us.
        // Connections are renewed so that a changed DNS entry is noticed.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, MaxConnectionsPerServer = 1, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Where it writes; holds no secret.</summary>
    public Uri Address { get; }

    /// <summary>Sends lines.</summary>
    /// <param name="lines">Whole lines.</param>
    /// <param name="cancellationToken">Ends the wait; whether the store took the lines is then not known.</param>
    public async Task<StoreAnswer> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = CreateRequest(lines);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
            string body = await ReadBodyAsync(response, end.Token);
            return StoreAnswerReader.Read(options, (int)response.StatusCode, body, RetryAfter(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(StoreVerdict.Unavailable, $"did not answer within {options.Timeout.TotalSeconds:0.###} s (Timeout)");
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            return new(StoreVerdict.Misconfigured, $"cannot be trusted: {e.InnerException?.Message ?? e.Message} Install its certificate's authority on this machine, or correct Url.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new(StoreVerdict.Unavailable, $"cannot be reached: {e.Message}");
        }
    }

    /// <summary>Reads the files with secrets again: the store refused the ones in use.</summary>
    /// <returns>Why the old ones stay in use, or null.</returns>
    public string? RenewSecrets()
    {
        try
        {
            authorization = ReadAuthorization();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return $"Its TokenFile or PasswordFile cannot be read again: {e.Message}";
        }
    }

    public void Dispose() => client.Dispose();

    private HttpRequestMessage CreateRequest(ReadOnlyMemory<byte> lines)
    {
        var content = new ReadOnlyMemoryContent(options.Gzip ? Compress(lines.Span) : lines);
        content.Headers.ContentType = new("text/plain", "utf-8");
        if (options.Gzip)
            content.Headers.ContentEncoding.Add("gzip");
        var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = content };
        request.Headers.Authorization = authorization;
        request.Headers.UserAgent.Add(new("SensorGrid", null));
        return request;
    }

    private ReadOnlyMemory<byte> Compress(ReadOnlySpan<byte> lines)
    {
        compressed.ResetWrittenCount();
        using (var gzip = new GZipStream(new BufferStream(compressed), CompressionLevel.Fastest))
            gzip.Write(lines);
        return compressed.WrittenMemory;
    }

    private static async Task<string> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NoContent)
            return "";
        byte[] body = new byte[LongestErrorBody];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        int read = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(body, 0, read);
    }

    // RFC 9110 §10.2.3: seconds, or a date.
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is not { } asked)
            return null;
        var wait = asked.Delta ?? asked.Date!.Value - time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < options.RetryAfterLongest ? wait : options.RetryAfterLongest;
    }

    private AuthenticationHeaderValue? ReadAuthorization()
    {
        string token = options.TokenFile.Length > 0 ? SecretFile.Read(options.TokenFile) : options.Token;
        if (token.Length > 0)
            return new(options.Kind == ExternalStoreKind.InfluxDb2 ? "Token" : "Bearer", token);
        if (options.User.Length == 0)
            return null;
        string password = options.PasswordFile.Length > 0 ? SecretFile.Read(options.PasswordFile) : options.Password;
        return new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{password}")));
    }
}
