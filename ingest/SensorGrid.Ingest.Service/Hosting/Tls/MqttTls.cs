using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;

namespace SensorGrid.Ingest.Service.Hosting.Tls;

/// <summary>MQTT over TLS on an address of its own. A handshake that fails is counted and logged like every other refusal.</summary>
internal static class MqttTls
{
    // A modem's handshake takes a second or two; somebody who never ends one holds a place no longer than this.
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Serves it on the address.</summary>
    /// <param name="listen">The address.</param>
    /// <param name="options">Whether clients show certificates, and how many there may be.</param>
    /// <param name="certificate">Ours.</param>
    /// <param name="clients">What clients' certificates are checked with; null when they show none.</param>
    /// <param name="source">What is behind it.</param>
    public static void Serve(ListenOptions listen, MqttTlsOptions options, ServerCertificate certificate, ClientTrust? clients, MqttEndpointSource source)
    {
        WebServer.Bound(listen, options.MaxConnections, "Mqtt:Tls:MaxConnections");
        listen.Use(next => connection => AttendAsync(next, connection, source));
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = context => ValueTask.FromResult(OptionsOf(options, certificate, clients, Handshake.Of(context.Connection))),
        });
        listen.Use(next => connection =>
        {
            Handshake.Of(connection).IsDone = true;
            return next(connection);
        });
        listen.UseMqttSource(source);
    }

    private static SslServerAuthenticationOptions OptionsOf(MqttTlsOptions options, ServerCertificate certificate, ClientTrust? clients, Handshake handshake)
    {
        var tls = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = clients is not null,
        };
        if (clients is null)
            return tls;
        tls.CertificateChainPolicy = clients.CreateChainPolicy();
        tls.RemoteCertificateValidationCallback = (_, shown, chain, errors) =>
        {
            (handshake.Refusal, handshake.Detail) = clients.Judge(shown, chain, errors, isRequired: options.ClientCertificates == ClientCertificates.Required);
            return handshake.Refusal is null;
        };
        return tls;
    }

    // The web server tells nobody of a handshake that failed, so whoever stands before it looks whether the next one was reached.
    private static async Task AttendAsync(ConnectionDelegate next, ConnectionContext connection, MqttEndpointSource source)
    {
        var handshake = new Handshake();
        connection.Items[typeof(Handshake)] = handshake;
        await next(connection);
        if (!handshake.IsDone)
        {
            source.ConnectionRefused(
                (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None, handshake.Refusal ?? "tls_handshake_failed", handshake.Detail);
        }
    }

    /// <summary>What is known of a connection's handshake.</summary>
    private sealed class Handshake
    {
        public bool IsDone { get; set; }

        public string? Refusal { get; set; }

        public string Detail { get; set; } = "no TLS 1.2 or 1.3, or ended before it was through";

        public static Handshake Of(BaseConnectionContext connection) => (Handshake)connection.Items[typeof(Handshake)]!;
    }
}
