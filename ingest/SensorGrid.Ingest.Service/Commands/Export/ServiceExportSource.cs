using System.Globalization;
using System.Net;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Commands.Export;

/// <summary>Asks the HTTP API of the service that runs on the folder, a page at a time: it has what is in memory, and its bound on queries
/// keeps an export from pushing dispatchers' queries aside.</summary>
internal sealed class ServiceExportSource(Uri service, TimeProvider time) : IExportSource
{
    private const int MostTries = 20;

    private readonly HttpClient http = new() { BaseAddress = service, Timeout = TimeSpan.FromMinutes(2) };

    public string Name => $"the service at {service}";

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await GetAsync<DatastreamList>("api/v1/datastreams", cancellationToken)).Datastreams.Select(datastream => datastream.Id)];

    public async Task<ExportPage> ReadAsync(string datastream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        string path = $"api/v1/readings?datastream={Uri.EscapeDataString(datastream)}&from={Uri.EscapeDataString(ApiJson.Format(from))}&to={Uri.EscapeDataString(ApiJson.Format(to))}";
        var answer = await GetAsync<ReadingsAnswer>(path, cancellationToken);
        return new([.. answer.Readings!.Select(reading => ExportPage.Row(datastream, reading, answer.Unit))], answer.Truncated, answer.UnreadableFiles);
    }

    public void Dispose() => http.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using var response = await http.GetAsync(path, cancellationToken);
                if (response.StatusCode == HttpStatusCode.ServiceUnavailable && attempt < MostTries)
                {
                    await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), time, cancellationToken);
                    continue;
                }
                if (!response.IsSuccessStatusCode)
                    throw new StartException($"{service}{path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
                return (await response.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancellationToken))!;
            }
            catch (HttpRequestException e)
            {
                throw new StartException(string.Create(CultureInfo.InvariantCulture, $"{service} does not answer: {e.Message} Is the service still running? Try again, or stop it and export from its folder."));
            }
        }
    }
}
