using System.Globalization;
using Microsoft.Extensions.Logging;
using MQTTnet.Diagnostics.Logger;
using SensorGrid.Ingest.Admission;

namespace SensorGrid.Ingest.Sources.Mqtt;

/// <summary>MQTTnet's diagnostics in ours. What it calls an error is mostly a peer's mistake, so errors become warnings and come through
/// one in a while; everything else is for debugging.</summary>
internal sealed class MqttLibraryLogger(ILogger logger, TimeProvider time) : IMqttNetLogger
{
    private readonly RateLimitedLine line = new(time, TimeSpan.FromSeconds(1));

    public bool IsEnabled => logger.IsEnabled(LogLevel.Warning);

    public void Publish(MqttNetLogLevel logLevel, string source, string message, object[] parameters, Exception exception)
    {
        if (logLevel != MqttNetLogLevel.Error && !logger.IsEnabled(LogLevel.Debug))
            return;
        string text = SafeText.Of(parameters is { Length: > 0 } ? string.Format(CultureInfo.InvariantCulture, message, parameters) : message, 500);
        if (logLevel != MqttNetLogLevel.Error)
            Log.MqttLibraryDebug(logger, exception, source, text);
        else if (line.Allows(out long suppressed))
            Log.MqttLibraryError(logger, exception, source, text, suppressed);
    }
}
