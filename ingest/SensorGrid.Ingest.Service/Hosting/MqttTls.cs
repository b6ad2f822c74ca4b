using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>MQTT over TLS on an address of its own.</summary>
internal static class MqttTls
{
    // A modem's handshake takes a second or two; somebody who never ends one holds a place no longer than this.
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Serves it on the address.</summary>
    public static void Serve(ListenOptions listen, MqttTlsOptions options, X509Certificate2 certificate, MqttEndpointSource source)
    {
        WebServer.Bound(listen, options.MaxConnections, "Mqtt:Tls:MaxConnections");
        listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificate,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            HandshakeTimeout = HandshakeTimeout,
        });
        listen.UseMqttSource(source);
    }

    /// <summary>The certificate with its key.</summary>
    /// <exception cref="StartException">It cannot be used.</exception>
    public static X509Certificate2 Load(MqttTlsOptions options)
    {
        string file = options.Certificate!;
        try
        {
            var certificate = Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12"
                ? X509CertificateLoader.LoadPkcs12FromFile(file, options.Password)
                : LoadPem(file, options);
            return certificate.HasPrivateKey ? certificate : throw Unusable(file, "it has no private key; name the file of the key with Mqtt:Tls:Key");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unusable(file, e.Message);
        }
    }

    private static X509Certificate2 LoadPem(string file, MqttTlsOptions options) => options.Password is { } password
        ? X509Certificate2.CreateFromEncryptedPemFile(file, password, options.Key)
        : X509Certificate2.CreateFromPemFile(file, options.Key);

    private static StartException Unusable(string file, string why) => new($"Mqtt:Tls:Certificate: {file} cannot be used: {why}");
}
