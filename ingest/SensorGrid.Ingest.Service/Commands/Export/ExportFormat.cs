namespace SensorGrid.Ingest.Service.Commands.Export;

/// <summary>How exported readings are written.</summary>
internal enum ExportFormat
{
    /// <summary>Parquet, for analysis.</summary>
    Parquet,

    /// <summary>CSV (RFC 4180) with a header, for spreadsheets.</summary>
    Csv,

    /// <summary>InfluxDB line protocol, for another time-series store.</summary>
    Line,
}
