using Microsoft.AspNetCore.Http.Metadata;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>Longest body of one endpoint, where it may be longer than what else is sent.</summary>
/// <param name="MaxRequestBodySize">Bytes.</param>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
