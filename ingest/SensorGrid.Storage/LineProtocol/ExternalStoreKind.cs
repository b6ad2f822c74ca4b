namespace SensorGrid.Storage.LineProtocol;

/// <summary>Whose write interface an external store speaks.</summary>
public enum ExternalStoreKind
{
    /// <summary>InfluxDB 2.x (and Cloud, and 3.x by its older path): <c>/api/v2/write</c>, token, organisation and bucket.</summary>
    InfluxDb2 = 1,

    /// <summary>InfluxDB 1.x: <c>/write</c>, user and password, database and retention policy.</summary>
    InfluxDb1,

    /// <summary>VictoriaMetrics: <c>/write</c>. Numbers only, of two values at one time the largest stays.</summary>
    VictoriaMetrics,
}
