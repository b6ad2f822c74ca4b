using Microsoft.Extensions.Logging;

namespace SensorGrid.Ingest;

/// <summary>Diagnostics of the ingest library. Ids are stable; texts of strangers come in made safe.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Warning, "Gateway {Gateway}: a message on {Topic} was refused ({Reason}, byte {Position}): {Start}. {Suppressed} more such lines were held back.")]
    public static partial void MessageRejected(ILogger logger, string gateway, string topic, string reason, int position, string start, long suppressed);

    [LoggerMessage(2002, LogLevel.Error, "The reading log cannot take messages; none is acknowledged. {Message}")]
    public static partial void LogUnavailable(ILogger logger, string message);

    [LoggerMessage(2003, LogLevel.Warning, "A connection from {Address} was refused: {Reason}. {Suppressed} more such lines were held back.")]
    public static partial void ConnectionRefused(ILogger logger, string address, string reason, long suppressed);

    [LoggerMessage(2004, LogLevel.Information, "{Who} connected as {ClientId} from {Address} (MQTT {Version}).")]
    public static partial void ClientConnected(ILogger logger, string who, string clientId, string address, string version);

    [LoggerMessage(2005, LogLevel.Information, "{ClientId} disconnected ({Kind}).")]
    public static partial void GatewayDisconnected(ILogger logger, string clientId, string kind);

    [LoggerMessage(2006, LogLevel.Debug, "MQTT library, {Source}: {Message}")]
    public static partial void MqttLibraryDebug(ILogger logger, Exception? exception, string source, string message);

    [LoggerMessage(2040, LogLevel.Warning, "The machine's clock was set forward by {By}. The log's time follows; silence and delays of rules do not count the time that never passed. Check the machine's time synchronization.")]
    public static partial void ClockSteppedForward(ILogger logger, TimeSpan by);

    [LoggerMessage(2041, LogLevel.Warning, "The machine's clock is {By} behind the log's time: it was set back. The log's time goes on, a little slower, until the clock has caught up. Check the machine's time synchronization.")]
    public static partial void ClockSteppedBack(ILogger logger, TimeSpan by);

    [LoggerMessage(2007, LogLevel.Warning, "MQTT library, {Source}: {Message} {Suppressed} more such lines were held back.")]
    public static partial void MqttLibraryError(ILogger logger, Exception? exception, string source, string message, long suppressed);

    [LoggerMessage(2030, LogLevel.Error, "The session store {Path} cannot be read ({Reason}) and was moved to {Aside}. The service starts without sessions: clients that had one must subscribe again, messages that waited for them and retained messages are only in the moved file. Readings are not affected.")]
    public static partial void SessionStoreSetAside(ILogger logger, string path, string aside, string reason);

    [LoggerMessage(2031, LogLevel.Error, "The session store {Path} cannot be written because the disk is full; {Changes} changes wait, and their clients for an acknowledgement.")]
    public static partial void SessionStoreDiskFull(ILogger logger, string path, int changes);

    [LoggerMessage(2032, LogLevel.Error, "The session store failed; nothing that it must keep is acknowledged. {Message}")]
    public static partial void SessionStoreFailed(ILogger logger, string message);

    [LoggerMessage(2033, LogLevel.Information, "Sessions of MQTT clients: {Sessions} with {Messages} messages waiting, {Retained} retained messages, {Wills} wills.")]
    public static partial void SessionsRestored(ILogger logger, int sessions, int messages, int retained, int wills);

    [LoggerMessage(2034, LogLevel.Warning, "The session of {ClientId} had no room for another alarm (Mqtt:Sessions:MaxQueuedAlarms is {Most}; see there for the limits in bytes) and was ended: its client finds Session Present 0, and gets what is open when it subscribes again.")]
    public static partial void SessionOverflowed(ILogger logger, string clientId, int most);

    [LoggerMessage(2008, LogLevel.Warning, "{ClientId} at {Address} broke the MQTT standard ({Violation}) and was disconnected. {Suppressed} more such lines were held back.")]
    public static partial void ProtocolViolated(ILogger logger, string clientId, string address, string violation, long suppressed);

    [LoggerMessage(2009, LogLevel.Information, "The passwords of gateways were read again from {File}: {Count} gateways.")]
    public static partial void GatewayPasswordsRead(ILogger logger, string file, int count);

    [LoggerMessage(2013, LogLevel.Error, "{File} changed and cannot be used; the passwords of gateways stay as they were. {Reason}")]
    public static partial void GatewayPasswordsUnusable(ILogger logger, string file, string reason);

    [LoggerMessage(2014, LogLevel.Error, "A connection failed in a way that is a fault of this program, and was cut off.")]
    public static partial void PolledConnectionFailed(ILogger logger, Exception exception);

    [LoggerMessage(2010, LogLevel.Information, "Connected to broker {Broker} as {ClientId}; the broker had {Kept} session.")]
    public static partial void BrokerConnected(ILogger logger, string broker, string clientId, string kept);

    [LoggerMessage(2011, LogLevel.Warning, "Broker {Broker}: {Reason} Trying again in {Delay}.")]
    public static partial void BrokerUnreachable(ILogger logger, string broker, string reason, TimeSpan delay);

    [LoggerMessage(2012, LogLevel.Warning, "Broker {Broker} kept no session for {ClientId}. What gateways published while this service was away is lost there: let the broker keep sessions (docs/mqtt-source.md).")]
    public static partial void BrokerLostSession(ILogger logger, string broker, string clientId);

    [LoggerMessage(2050, LogLevel.Warning, "{Protocol}: a connection from {Address} was refused: {Reason}. {Suppressed} more such lines were held back.")]
    public static partial void StationRefused(ILogger logger, string protocol, string address, string reason, long suppressed);

    [LoggerMessage(2051, LogLevel.Warning, "{Protocol}: a frame of station '{Station}' is broken: {Fault}. {Suppressed} more such lines were held back.")]
    public static partial void FrameBroken(ILogger logger, string protocol, string station, string fault, long suppressed);

    [LoggerMessage(2052, LogLevel.Warning, "{Protocol}: a report of station '{Station}' was not kept ({Reason}) and not acknowledged. {Suppressed} more such lines were held back.")]
    public static partial void ReportTurnedAway(ILogger logger, string protocol, string station, string reason, long suppressed);

    [LoggerMessage(2053, LogLevel.Information, "{Protocol}: station {Station} is asked for its readings from {From:O} to {Until:O}, which are missing here.")]
    public static partial void RefillAsked(ILogger logger, string protocol, string station, DateTimeOffset from, DateTimeOffset until);

    [LoggerMessage(2054, LogLevel.Warning, "{Protocol}: the readings of station {Station} from {From:O} to {Until:O} are missing here, and it cannot be asked for them now.")]
    public static partial void RefillImpossible(ILogger logger, string protocol, string station, DateTimeOffset from, DateTimeOffset until);

    [LoggerMessage(2055, LogLevel.Information, "{Protocol}: command {Command} to station {Station} ended: {Outcome}.")]
    public static partial void StationCommandEnded(ILogger logger, string protocol, string station, string command, string outcome);

    [LoggerMessage(2056, LogLevel.Warning, "{Protocol}: station {Station} is heard from {Newer} while its connection from {Older} is open: a line that broke, or two devices with one address. The newer one gets its commands. {Suppressed} more such lines were held back.")]
    public static partial void StationHeardTwice(ILogger logger, string protocol, string station, string older, string newer, long suppressed);

    [LoggerMessage(2060, LogLevel.Information, "Sparkplug B: edge node {Node} is asked for its births ({Outcome}): it is not known here, or messages of it are missing. {Suppressed} more such lines were held back.")]
    public static partial void RebirthRequested(ILogger logger, string node, string outcome, long suppressed);
}
