using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using SensorGrid.Ingest.Service.Api;

namespace SensorGrid.Ingest.Service.StationCommands;

/// <summary>Payloads of records as the log has them.</summary>
internal static class RecordPayload
{
    public static bool TryRead<T>(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out T? record) where T : class
    {
        try
        {
            record = JsonSerializer.Deserialize<T>(payload, ApiJson.Options);
        }
        catch (JsonException)
        {
            record = null;
        }
        return record is not null;
    }
}
