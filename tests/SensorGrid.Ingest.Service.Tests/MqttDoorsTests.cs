using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests;

/// <summary>The other two doors of the embedded broker: TLS and WebSocket.</summary>
public sealed class MqttDoorsTests : IDisposable
{
    private readonly ServiceFolder folder = new();

    [Theory]
    [InlineData("pem")]
    [InlineData("pem-encrypted")]
    [InlineData("pfx")]
    public async Task A_gateway_publishes_over_TLS(string form)
    {
        await using var service = await StartAsync(["--Mqtt:Tls:Listen", "127.0.0.1:0", .. WriteCertificate(form)]);

        var result = await PublishAsync(o => o
            .WithTcpServer("127.0.0.1", new Uri(service.MqttTls!).Port)
            .WithTlsOptions(tls => tls.UseTls().WithCertificateValidationHandler(e => e.Certificate.Subject == "CN=sensorgrid.test")));

        Assert.StartsWith("mqtts://127.0.0.1:", service.MqttTls, StringComparison.Ordinal);
        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
    }

    [Fact]
    public async Task TLS_11_and_plain_bytes_are_refused_at_the_TLS_address()
    {
        await using var service = await StartAsync(["--Mqtt:Tls:Listen", "127.0.0.1:0", .. WriteCertificate("pem")]);
        int port = new Uri(service.MqttTls!).Port;
        using var old = new TcpClient();
        await old.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(old.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate?.Subject == "CN=sensorgrid.test");
#pragma warning disable CA5397, SYSLIB0039 // That it is refused is the test.
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "x", EnabledSslProtocols = SslProtocols.Tls11 }));
#pragma warning restore CA5397, SYSLIB0039
        using var plain = new TcpClient();
        await plain.ConnectAsync(IPAddress.Loopback, port);
        await plain.GetStream().WriteAsync(Convert.FromHexString("100D00044D51545404020000000167"));
        using var limit = new CancellationTokenSource(Wait.Patience);
        int first = 0;
        try
        {
            byte[] one = new byte[1];
            first = await plain.GetStream().ReadAsync(one, limit.Token) == 0 ? 0 : one[0];
        }
        catch (IOException)
        {
            // A reset is a close too.
        }
        // Nothing, or a TLS alert: no CONNACK.
        Assert.NotEqual(0x20, first);
    }

    [Theory]
    [InlineData("missing.pem", "Mqtt:Tls:Certificate")]
    [InlineData("broken.pem", "Mqtt:Tls:Certificate")]
    [InlineData("broken.pfx", "Mqtt:Tls:Certificate")]
    public async Task A_certificate_that_cannot_be_used_stops_the_start_with_its_name(string file, string expected)
    {
        string path = Path.Combine(folder.Path, file);
        if (file.StartsWith("broken", StringComparison.Ordinal))
            File.WriteAllText(path, "this is no certificate");

        var refused = await Assert.ThrowsAsync<StartException>(() => StartAsync(["--Mqtt:Tls:Listen", "127.0.0.1:0", "--Mqtt:Tls:Certificate", path]));

        Assert.Contains(expected, refused.Reasons[0], StringComparison.Ordinal);
        Assert.Contains(path, refused.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_without_a_certificate_is_a_contradiction() => Assert.Contains(
        "Listen and Certificate go together",
        Assert.Throws<StartException>(() => Settings("--Mqtt:Tls:Listen", "127.0.0.1:0")).Reasons[0],
        StringComparison.Ordinal);

    [Fact]
    public async Task A_gateway_publishes_over_WebSocket_unless_it_is_switched_off()
    {
        await using (var service = await StartAsync([]))
        {
            var result = await PublishAsync(o => o.WithWebSocketServer(web => web.WithUri($"ws://{new Uri(service.Http).Authority}/mqtt")));
            Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
        }
        await using (var service = await StartAsync(["--Mqtt:WebSocket", "false"]))
            await Assert.ThrowsAnyAsync<Exception>(() => PublishAsync(o => o.WithWebSocketServer(web => web.WithUri($"ws://{new Uri(service.Http).Authority}/mqtt"))));
    }

    public void Dispose() => folder.Dispose();

    private async Task<RunningService> StartAsync(string[] arguments)
    {
        var service = await Program.OpenAsync(Settings(arguments));
        Assert.True(await service.StartAsync());
        return service;
    }

    private ServiceSettings Settings(params string[] arguments) =>
        ServiceSettings.Read(new CommandLine(folder.Arguments([.. arguments, "--Logging:LogLevel:Default", "None"])), folder.Path);

    private static async Task<MqttClientPublishResult> PublishAsync(Action<MqttClientOptionsBuilder> where)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder().WithClientId("water-gw-1").WithProtocolVersion(MqttProtocolVersion.V500).WithTimeout(Wait.Patience);
        where(options);
        await client.ConnectAsync(options.Build());
        var result = await client.PublishAsync(new MqttApplicationMessageBuilder()
            .WithTopic("sensorgrid/v1/water/water-gw-1/readings").WithPayload("""[{"n":"stage","u":"m","v":1}]""")
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
        await client.DisconnectAsync();
        return result;
    }

    // Self-signed, made anew each time.
    private string[] WriteCertificate(string form)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=sensorgrid.test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        string file = Path.Combine(folder.Path, form == "pfx" ? "server.pfx" : "server.pem");
        string keyFile = Path.Combine(folder.Path, "server.key");
        switch (form)
        {
            case "pfx":
                File.WriteAllBytes(file, certificate.Export(X509ContentType.Pkcs12, "secret"));
                return ["--Mqtt:Tls:Certificate", file, "--Mqtt:Tls:Password", "secret"];
            case "pem":
                File.WriteAllText(file, certificate.ExportCertificatePem());
                File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
                return ["--Mqtt:Tls:Certificate", file, "--Mqtt:Tls:Key", keyFile];
            default:
                File.WriteAllText(file, certificate.ExportCertificatePem());
                File.WriteAllText(keyFile, key.ExportEncryptedPkcs8PrivateKeyPem("secret", new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
                return ["--Mqtt:Tls:Certificate", file, "--Mqtt:Tls:Key", keyFile, "--Mqtt:Tls:Password", "secret"];
        }
    }
}
