using Microsoft.Extensions.Logging;
using SensorGrid.Edge.Uplink;

namespace SensorGrid.Edge;

/// <summary>Every log line of the edge library; the event ids are stable.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Information, "Outbox {Folder} opened: {Readings} readings ({Bytes} bytes) wait to be acknowledged.")]
    public static partial void OutboxOpened(ILogger logger, string folder, long readings, long bytes);

    [LoggerMessage(2002, LogLevel.Warning, "The acknowledged position in {Path} cannot be used ({Why}); everything still in the outbox is sent again. Duplicates change nothing at the centre.")]
    public static partial void OutboxPositionIgnored(ILogger logger, string path, string why);

    [LoggerMessage(2003, LogLevel.Error, "The outbox {Folder} is full ({MostBytes} bytes): {Readings} oldest readings were dropped, {Total} since the start. Let it reach the centre, or raise most-bytes.")]
    public static partial void OutboxDropped(ILogger logger, string folder, long mostBytes, long readings, long total);

    [LoggerMessage(2004, LogLevel.Error, "Record {Sequence} of the outbox {Folder} is of a version this program does not read; it is skipped.")]
    public static partial void OutboxRecordSkipped(ILogger logger, string folder, long sequence);

    [LoggerMessage(2101, LogLevel.Information, "Uplink {Gateway}: connected to {Host}:{Port}; {Readings} readings wait.")]
    public static partial void UplinkConnected(ILogger logger, string gateway, string host, int port, long readings);

    [LoggerMessage(2102, LogLevel.Warning, "Uplink {Gateway}: {Ending}: {Detail} Next attempt in {Pause}.")]
    public static partial void UplinkEnded(ILogger logger, string gateway, UplinkEnding ending, string detail, TimeSpan pause);

    [LoggerMessage(2103, LogLevel.Error, "Uplink {Gateway}: the centre refused a message of {Readings} readings ({Reason}); it was set aside in {Path} and is not sent again.")]
    public static partial void UplinkSetAside(ILogger logger, string gateway, int readings, string reason, string path);

    [LoggerMessage(2104, LogLevel.Information, "Uplink {Gateway}: stopped; {Readings} readings stay in the outbox.")]
    public static partial void UplinkStopped(ILogger logger, string gateway, long readings);

    [LoggerMessage(2201, LogLevel.Warning, "Sensor {Sensor}: line {Line} was refused ({Reason} at byte {Position}). So far {Refused} of this sensor's lines were.")]
    public static partial void LineRefused(ILogger logger, string sensor, long line, string reason, int position, long refused);

    [LoggerMessage(2202, LogLevel.Information, "Sensor {Sensor}: its source has ended.")]
    public static partial void SensorEnded(ILogger logger, string sensor);

    [LoggerMessage(2203, LogLevel.Warning, "Sensor {Sensor}: {What} cannot be read ({Why}); it is left out of this sample.")]
    public static partial void SensorPartUnreadable(ILogger logger, string sensor, string what, string why);

    [LoggerMessage(2204, LogLevel.Warning, "{Sensor}: device {Unit} does not answer ({Reason}); it is asked again in {Pause}.")]
    public static partial void ModbusSilent(ILogger logger, string sensor, byte unit, string reason, TimeSpan pause);

    [LoggerMessage(2205, LogLevel.Warning, "{Sensor}: device {Unit} refused to give {Table} {Address} ({Count} of them): {Exception}. Check its register map; {Refusals} refusals so far.")]
    public static partial void ModbusRefused(ILogger logger, string sensor, byte unit, string table, ushort address, ushort count, string exception, long refusals);
}
