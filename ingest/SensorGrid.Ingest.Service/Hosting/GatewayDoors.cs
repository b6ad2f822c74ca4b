using System.Security.Cryptography.X509Certificates;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The addresses gateways come to, taken before they are served: MQTT, and MQTT over TLS where it is asked for. What would keep them
/// from opening (a port that is held, a certificate that cannot be used) is told before a long recovery.</summary>
internal sealed class GatewayDoors : IDisposable
{
    private readonly MqttTlsOptions tlsOptions;
    private readonly X509Certificate2? certificate;

    private GatewayDoors(ReservedPort plain, ReservedPort? tls, MqttTlsOptions tlsOptions, X509Certificate2? certificate) =>
        (Plain, Tls, this.tlsOptions, this.certificate) = (plain, tls, tlsOptions, certificate);

    /// <summary>MQTT as it is.</summary>
    public ReservedPort Plain { get; }

    /// <summary>MQTT over TLS; null when it is not offered.</summary>
    public ReservedPort? Tls { get; }

    /// <exception cref="StartException">An address or the certificate cannot be used.</exception>
    public static GatewayDoors Take(MqttListenOptions plain, MqttTlsOptions tls)
    {
        var certificate = tls.Listen is null ? null : MqttTls.Load(tls);
        ReservedPort? first = null;
        try
        {
            first = ReservedPort.Take(plain.Listen, "--mqtt");
            return new(first, tls.Listen is { } listen ? ReservedPort.Take(listen, "Mqtt:Tls:Listen") : null, tls, certificate);
        }
        catch
        {
            first?.Dispose();
            certificate?.Dispose();
            throw;
        }
    }

    /// <summary>Lets a web server open them.</summary>
    public void Serve(WebApplicationBuilder builder, MqttEndpointSource source)
    {
        ReservedPort[] ports = Tls is null ? [Plain] : [Plain, Tls];
        ReservedPort.Serve(builder.Services, ports);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(Plain.EndPoint, listen => listen.UseMqttSource(source));
            if (Tls is not null)
                kestrel.Listen(Tls.EndPoint, listen => MqttTls.Serve(listen, tlsOptions, certificate!, source));
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Plain.Dispose();
        Tls?.Dispose();
        certificate?.Dispose();
    }
}
