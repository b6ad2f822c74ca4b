using SensorGrid.Ingest.Service.Hosting.Tls;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Polling;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The addresses gateways come to, taken before they are served: MQTT, and MQTT over TLS where it is asked for. What would keep them
/// from opening (a port that is held, a certificate that cannot be used) is told before a long recovery.</summary>
internal sealed class GatewayDoors : IDisposable
{
    private readonly int loops;
    private readonly MqttTlsOptions tlsOptions;
    private readonly ServerCertificate? certificate;
    private readonly ClientTrust? clients;

    private GatewayDoors(ReservedPort plain, int loops, ReservedPort? tls, MqttTlsOptions tlsOptions, ServerCertificate? certificate, ClientTrust? clients)
    {
        (Plain, this.loops) = (plain, PolledListening.IsSupported ? loops : 0);
        (Tls, this.tlsOptions, this.certificate, this.clients) = (tls, tlsOptions, certificate, clients);
    }

    /// <summary>MQTT as it is.</summary>
    public ReservedPort Plain { get; }

    /// <summary>MQTT over TLS; null when it is not offered.</summary>
    public ReservedPort? Tls { get; }

    /// <exception cref="StartException">An address, the certificate, or what clients' certificates are checked with cannot be used.</exception>
    public static GatewayDoors Take(MqttListenOptions plain, int loops, MqttTlsOptions tls, ILogger logger)
    {
        var certificate = tls.Listen is null ? null : ServerCertificate.Load(tls);
        ClientTrust? clients = null;
        ReservedPort? first = null;
        try
        {
            clients = tls.Listen is null || tls.ClientCertificates == ClientCertificates.None ? null : ClientTrust.Load(tls, TimeProvider.System, logger);
            first = ReservedPort.Take(plain.Listen, "--mqtt");
            return new(first, loops, tls.Listen is { } listen ? ReservedPort.Take(listen, "Mqtt:Tls:Listen") : null, tls, certificate, clients);
        }
        catch
        {
            first?.Dispose();
            certificate?.Dispose();
            clients?.Dispose();
            throw;
        }
    }

    /// <summary>Lets a web server open them.</summary>
    public void Serve(WebApplicationBuilder builder, MqttEndpointSource source)
    {
        ReservedPort[] ports = Tls is null ? [Plain] : [Plain, Tls];
        ReservedPort.Serve(builder.Services, ports);
        if (loops > 0)
            Plain.ServeByLoops(builder.Services, loops);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(Plain.EndPoint, listen => listen.UseMqttSource(source));
            if (Tls is not null)
                kestrel.Listen(Tls.EndPoint, listen => MqttTls.Serve(listen, tlsOptions, certificate!, clients, source));
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Plain.Dispose();
        Tls?.Dispose();
        certificate?.Dispose();
        clients?.Dispose();
    }
}
