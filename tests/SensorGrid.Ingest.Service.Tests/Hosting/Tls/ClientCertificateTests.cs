using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Hosting.Tls;

/// <summary>Mutual TLS, as gateways in the field meet it: who is let in, and that who is not is counted and logged.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly ServiceFolder folder = new();
    private readonly TestAuthority authority = new();
    private readonly TestAuthority stranger = new("CN=somebody else");

    public void Dispose()
    {
        authority.Dispose();
        stranger.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task None_a_strangers_an_expired_a_revoked_another_gateways_and_TLS_11_are_refused_counted_and_logged()
    {
        using var good = authority.Issue("CN=water-gw-1");
        using var revoked = authority.Issue("CN=water-gw-1");
        using var expired = authority.Issue("CN=water-gw-1", new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var unknown = stranger.Issue("CN=water-gw-1");
        using var server = authority.Issue("CN=water-gw-1", forServers: true);
        using var other = authority.Issue("CN=water-gw-2");
        authority.Revoke(revoked);
        await using var service = await ServiceProcess.StartAsync(folder, [.. Arguments("Required"), "--Logging:LogLevel:Default", "Warning"]);
        using var api = new ApiClient(service.Http);
        await using var gateway = await ConnectAsync(service, good, "water-gw-1");

        await AssertRefusedAsync("certificate_missing", () => TryConnectAsync(service, null, "water-gw-1"));
        await AssertRefusedAsync("certificate_untrusted", () => TryConnectAsync(service, unknown, "water-gw-1"));
        await AssertRefusedAsync("certificate_expired", () => TryConnectAsync(service, expired, "water-gw-1"));
        await AssertRefusedAsync("certificate_revoked", () => TryConnectAsync(service, revoked, "water-gw-1"));
        await AssertRefusedAsync("certificate_invalid", () => TryConnectAsync(service, server, "water-gw-1"));
        await AssertRefusedAsync("certificate_name_mismatch", () => TryConnectAsync(service, other, "water-gw-1"));
        await AssertRefusedAsync("tls_handshake_failed", () => SayHelloInTls11Async(service));

        // None of them took the session of the one that is in.
        Assert.Equal(MqttClientPublishReasonCode.Success, await gateway.PublishAsync("water-gw-1"));
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, await gateway.PublishAsync("water-gw-2"));
        await using var second = await ConnectAsync(service, other, "water-gw-2:main");
        Assert.Equal(MqttClientPublishReasonCode.Success, await second.PublishAsync("water-gw-2"));

        // The log says one line a second at most; the counter counts all.
        async Task AssertRefusedAsync(string reason, Func<Task> attempt)
        {
            int attempts = 0;
            await Wait.ForAsync<object>(reason, async () =>
            {
                attempts++;
                await attempt();
                return service.Errors.Contains(reason, StringComparison.Ordinal) ? this : null;
            });
            string metrics = await api.Http.GetStringAsync("/metrics");
            Assert.Contains($"sensorgrid_ingest_connection_refuse_total{{reason=\"{reason}\"}} {attempts}", metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Optional_lets_in_who_has_none_and_holds_who_shows_one_to_it()
    {
        using var good = authority.Issue("CN=water-gw-1");
        using var unknown = stranger.Issue("CN=water-gw-1");
        await using var service = await ServiceProcess.StartAsync(folder, Arguments("Optional"));

        await using var without = await ConnectAsync(service, null, "water-gw-3");
        await using var with = await ConnectAsync(service, good, "water-gw-1");

        Assert.Equal(MqttClientPublishReasonCode.Success, await without.PublishAsync("water-gw-3"));
        Assert.Equal(MqttClientPublishReasonCode.Success, await with.PublishAsync("water-gw-1"));
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(service, good, "water-gw-3"));
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(service, unknown, "water-gw-1"));
    }

    [Fact]
    public async Task A_list_that_changes_counts_at_once_and_one_that_is_spoiled_changes_nothing()
    {
        using var first = authority.Issue("CN=water-gw-1");
        using var second = authority.Issue("CN=water-gw-2");
        authority.Revoke(first);
        await using var service = await ServiceProcess.StartAsync(folder, Arguments("Required"));
        await (await ConnectAsync(service, second, "water-gw-2")).DisposeAsync();

        authority.Revoke(second);
        File.WriteAllText(ListFile, authority.List());
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(service, second, "water-gw-2"));

        File.WriteAllText(ListFile, "spoiled");
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(service, first, "water-gw-1"));
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(service, second, "water-gw-2"));
        Assert.Contains("stay in force", service.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("authorities", "Mqtt:Tls:ClientAuthorities")]
    [InlineData("list", "Mqtt:Tls:ClientRevocations")]
    [InlineData("list of a stranger", "not signed by one of Mqtt:Tls:ClientAuthorities")]
    public async Task Files_that_cannot_be_used_stop_the_start_with_their_names(string what, string expected)
    {
        string[] arguments = Arguments("Required");
        if (what == "list of a stranger")
            File.WriteAllText(ListFile, stranger.List());
        else
            File.WriteAllText(what == "list" ? ListFile : AuthorityFile, "nothing of use");

        var (code, errors) = await ServiceProcess.RunToEndAsync(folder, folder.Arguments(arguments));

        Assert.Equal(ExitCode.CannotStart, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    private string ListFile => Path.Combine(folder.Path, "revoked.pem");

    private string AuthorityFile => Path.Combine(folder.Path, "authority.pem");

    private string[] Arguments(string mode)
    {
        using var server = authority.Issue("CN=sensorgrid.test", forServers: true);
        string file = Path.Combine(folder.Path, "server.pfx");
        File.WriteAllBytes(file, server.Export(X509ContentType.Pkcs12, "secret"));
        File.WriteAllText(AuthorityFile, authority.Certificate.ExportCertificatePem());
        File.WriteAllText(ListFile, authority.List());
        return
        [
            "--Mqtt:Tls:Listen", "127.0.0.1:0", "--Mqtt:Tls:Certificate", file, "--Mqtt:Tls:Password", "secret", "--Mqtt:Tls:ClientCertificates", mode,
            "--Mqtt:Tls:ClientAuthorities", AuthorityFile, "--Mqtt:Tls:ClientRevocations", ListFile,
        ];
    }

    private static async Task TryConnectAsync(ServiceProcess service, X509Certificate2? certificate, string clientId) =>
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(service, certificate, clientId));

    private static async Task<TlsGateway> ConnectAsync(ServiceProcess service, X509Certificate2? certificate, string clientId)
    {
        var gateway = new TlsGateway();
        try
        {
            var options = new MqttClientOptionsBuilder().WithClientId(clientId).WithProtocolVersion(MqttProtocolVersion.V500).WithTimeout(Wait.Patience)
                .WithTcpServer("127.0.0.1", new Uri(service.MqttTls).Port)
                .WithTlsOptions(tls => tls.UseTls().WithCertificateValidationHandler(e => e.Certificate.Subject == "CN=sensorgrid.test")
                    .WithClientCertificates(certificate is null ? [] : [certificate]));
            var result = await gateway.Client.ConnectAsync(options.Build());
            return result.ResultCode == MqttClientConnectResultCode.Success ? gateway : throw new InvalidOperationException($"{result.ResultCode}");
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    // By hand: a library that still speaks it would have to be found first.
    private static async Task SayHelloInTls11Async(ServiceProcess service)
    {
        byte[] body = [0x03, 0x02, .. new byte[32], 0, 0, 4, 0xC0, 0x09, 0xC0, 0x13, 1, 0];
        byte[] hello = [0x16, 0x03, 0x01, 0, (byte)(body.Length + 4), 0x01, 0, 0, (byte)body.Length, .. body];
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(service.MqttTls).Port);
        await socket.GetStream().WriteAsync(hello);
        byte[] answer = new byte[64];
        using var limit = new CancellationTokenSource(Wait.Patience);
        int length = await socket.GetStream().ReadAsync(answer, limit.Token);
        // An alert, protocol_version.
        Assert.Equal((0x15, 70), (answer[0], answer[6]));
        Assert.Equal(7, length);
        Assert.Equal(0, await socket.GetStream().ReadAsync(answer, limit.Token));
    }

    private sealed class TlsGateway : IAsyncDisposable
    {
        public IMqttClient Client { get; } = new MqttClientFactory().CreateMqttClient();

        public async Task<MqttClientPublishReasonCode> PublishAsync(string gateway) => (await Client.PublishAsync(new MqttApplicationMessageBuilder()
            .WithTopic($"sensorgrid/v1/water/{gateway}/readings").WithPayload("""[{"n":"stage","u":"m","v":1}]""")
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build())).ReasonCode;

        public async ValueTask DisposeAsync()
        {
            if (Client.IsConnected)
                await Client.DisconnectAsync();
            Client.Dispose();
        }
    }
}
