using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>Who is who, and who may read and write what.</summary>
public sealed class EndpointMqttAccessTests
{
    private static readonly string Hash = PasswordHash.Create("right"u8, PasswordHash.LeastIterations).ToString();

    private static readonly MqttAccessOptions WithAccounts = new()
    {
        Accounts =
        [
            new() { Name = "dispatch", PasswordHash = Hash },
            new() { Name = "fire", PasswordHash = Hash, Subscribe = ["sensorgrid/alarms/v1/fire/#"] },
            new() { Name = "bridge", PasswordHash = Hash, Subscribe = ["city/#"], Publish = ["sensorgrid/v1/water/+/readings", "city/lamps/+"] },
        ],
    };

    [Theory]
    [InlineData("sensorgrid/v1/water/a/commands", true)]
    [InlineData("sensorgrid/v1/water/b/commands", false)]
    [InlineData("sensorgrid/v1/water/a/readings", false)]
    [InlineData("sensorgrid/v1/+/a/commands", false)]
    [InlineData("sensorgrid/v1/water/+/commands", false)]
    [InlineData("+/v1/water/a/commands", false)]
    [InlineData("sensorgrid/v1/water/a/#", false)]
    [InlineData("sensorgrid/#", false)]
    [InlineData("sensorgrid/alarms/#", false)]
    [InlineData("sensorgrid/alarms/v1/water/events", false)]
    [InlineData("#", false)]
    [InlineData("+", false)]
    [InlineData("+/+/+/+/+", false)]
    [InlineData("$SYS/#", false)]
    [InlineData("$share/g/sensorgrid/v1/water/a/commands", false)]
    [InlineData("$share/g/#", false)]
    public async Task Gateway_A_reads_its_own_commands_and_nothing_else(string filter, bool allowed)
    {
        var access = EndpointMqttAccess.Create(WithAccounts, TimeProvider.System, NullLogger.Instance);
        var gateway = (await access.ConnectAsync(Request("a"), CancellationToken.None)).Principal!;

        Assert.Equal(allowed, !access.Subscribe(gateway, TopicFilterTests.Parse(filter), MqttQos.AtLeastOnce).Reason.IsError());
        Assert.False(access.AllowsShares(gateway));
        Assert.False(access.AllowsWildcards(gateway));
    }

    [Theory]
    [InlineData("dispatch", "sensorgrid/alarms/#", true)]
    [InlineData("dispatch", "sensorgrid/alarms/v1/+/open/+", true)]
    [InlineData("dispatch", "#", false)]
    [InlineData("dispatch", "sensorgrid/v1/water/a/commands", false)]
    [InlineData("dispatch", "$share/g/sensorgrid/alarms/#", false)]
    [InlineData("dispatch", "$SYS/#", false)]
    [InlineData("fire", "sensorgrid/alarms/v1/fire/events", true)]
    [InlineData("fire", "sensorgrid/alarms/#", false)]
    [InlineData("fire", "sensorgrid/alarms/v1/+/events", false)]
    [InlineData("bridge", "city/lamps/1", true)]
    [InlineData("bridge", "sensorgrid/alarms/#", false)]
    public async Task An_account_reads_what_is_configured(string name, string filter, bool allowed)
    {
        var access = EndpointMqttAccess.Create(WithAccounts, TimeProvider.System, NullLogger.Instance);
        var account = (await access.ConnectAsync(Request("x", name, "right"), CancellationToken.None)).Principal!;

        Assert.Equal(allowed, !access.Subscribe(account, TopicFilterTests.Parse(filter), MqttQos.AtLeastOnce).Reason.IsError());
    }

    [Theory]
    [InlineData("dispatch", "sensorgrid/v1/water/a/readings", "None")]
    [InlineData("dispatch", "sensorgrid/alarms/v1/water/events", "None")]
    [InlineData("dispatch", "city/lamps/1", "None")]
    [InlineData("bridge", "sensorgrid/v1/water/a/readings", "Log")]
    [InlineData("bridge", "sensorgrid/v1/fire/a/readings", "None")]
    [InlineData("bridge", "city/lamps/1", "Clients")]
    [InlineData("bridge", "city/doors/1", "None")]
    public async Task An_account_publishes_what_is_configured_and_never_an_alarm(string name, string topic, string expected)
    {
        var access = EndpointMqttAccess.Create(WithAccounts, TimeProvider.System, NullLogger.Instance);
        var account = (await access.ConnectAsync(Request("x", name, "right"), CancellationToken.None)).Principal!;

        Assert.Equal(expected, access.Publish(account, topic).Destination.ToString());
        Assert.Equal(access.Publish(account, topic), access.Publish(access.PrincipalOf(account.ClientId), topic));
    }

    [Fact]
    public async Task Unknown_user_and_wrong_password_get_the_same_answer()
    {
        var access = EndpointMqttAccess.Create(WithAccounts, TimeProvider.System, NullLogger.Instance);

        var unknown = await access.ConnectAsync(Request("a", "nobody", "right"), CancellationToken.None);
        var wrong = await access.ConnectAsync(Request("a", "dispatch", "wrong"), CancellationToken.None);
        var none = await access.ConnectAsync(Request("a", "dispatch"), CancellationToken.None);

        Assert.Equal((MqttReasonCode.BadUserNameOrPassword, "bad_credentials", null), (unknown.Reason, unknown.Word, unknown.Principal));
        Assert.Equal(unknown, wrong);
        Assert.Equal(unknown, none);
    }

    [Fact]
    public async Task The_same_client_id_is_another_session_for_each_account_and_for_a_gateway()
    {
        var access = EndpointMqttAccess.Create(WithAccounts, TimeProvider.System, NullLogger.Instance);

        string[] sessions =
        [
            (await access.ConnectAsync(Request("a"), CancellationToken.None)).Principal!.ClientId,
            (await access.ConnectAsync(Request("a", "dispatch", "right"), CancellationToken.None)).Principal!.ClientId,
            (await access.ConnectAsync(Request("a", "fire", "right"), CancellationToken.None)).Principal!.ClientId,
        ];

        Assert.Equal(["a", "dispatch/a", "fire/a"], sessions);
    }

    [Theory]
    [InlineData(true, true, "127.0.0.1", true)]
    [InlineData(true, true, "::1", true)]
    [InlineData(true, true, "192.0.2.1", false)]
    [InlineData(true, false, "127.0.0.1", false)]
    [InlineData(false, true, "127.0.0.1", false)]
    public async Task Alarms_need_no_account_on_this_machine_alone(bool isAllowed, bool isLoopbackOnly, string address, bool reads)
    {
        var access = EndpointMqttAccess.Create(new() { AnonymousAlarms = isAllowed, IsLoopbackOnly = isLoopbackOnly }, TimeProvider.System, NullLogger.Instance);
        var request = Request("a") with { Address = IPAddress.Parse(address) };
        var gateway = (await access.ConnectAsync(request, CancellationToken.None)).Principal!;
        // A client id that no gateway can have, as tools choose it.
        var tool = await access.ConnectAsync(request with { ClientId = "tool/1" }, CancellationToken.None);

        Assert.Equal(reads, !access.Subscribe(gateway, TopicFilterTests.Parse("sensorgrid/alarms/#"), MqttQos.AtLeastOnce).Reason.IsError());
        Assert.True(access.Subscribe(gateway, TopicFilterTests.Parse("#"), MqttQos.AtLeastOnce).Reason.IsError());
        Assert.True(access.Subscribe(gateway, TopicFilterTests.Parse("$share/g/sensorgrid/alarms/#"), MqttQos.AtLeastOnce).Reason.IsError());
        Assert.Equal(reads ? "anonymous/tool/1" : null, tool.Principal?.ClientId);
        if (tool.Principal is { } reader)
        {
            Assert.Equal("", reader.BoundGateway);
            Assert.True(access.Subscribe(reader, TopicFilterTests.Parse("sensorgrid/v1/water/a/commands"), MqttQos.AtLeastOnce).Reason.IsError());
        }
    }

    [Theory]
    [InlineData("CN=a", null, "a", true)]
    [InlineData("CN=a", null, "a:main", true)]
    [InlineData("CN=a", null, "b", false)]
    [InlineData("CN=A", null, "a", false)]
    [InlineData("CN=+", null, "a", false)]
    [InlineData("CN=#", null, "a", false)]
    [InlineData("CN=a+CN=b", null, "a", false)]
    [InlineData("CN=a, CN=b", null, "a", false)]
    [InlineData("O=a", null, "a", false)]
    [InlineData("CN=b", "a", "a", true)]
    [InlineData("CN=b", "x,a", "a", true)]
    [InlineData("CN=a", "b", "a", false)]
    public async Task A_certificate_speaks_for_the_gateway_it_names(string subject, string? dnsNames, string clientId, bool allowed)
    {
        var access = EndpointMqttAccess.Create(new(), TimeProvider.System, NullLogger.Instance);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (dnsNames is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (string name in dnsNames.Split(','))
                names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
        }
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var asRead = X509CertificateLoader.LoadCertificate(certificate.RawData);

        var decision = await access.ConnectAsync(Request(clientId) with { Certificate = asRead }, CancellationToken.None);

        Assert.Equal(allowed ? MqttReasonCode.Success : MqttReasonCode.NotAuthorized, decision.Reason);
        Assert.Equal(allowed ? "" : "certificate_name_mismatch", decision.Word);
    }

    [Fact]
    public async Task What_a_kept_session_is_subscribed_to_is_asked_again_when_its_client_comes_back()
    {
        string folder = Directory.CreateTempSubdirectory("sensorgrid-access-").FullName;
        try
        {
            byte[] kept = Wire.Properties((byte)0x11, Wire.FourBytes(3600));
            await using (var before = new EndpointRig(folder: folder))
            {
                var open = await before.ConnectAsync(clientId: "a", flags: 0, properties: kept);
                await open.SubscribeAsync(MqttVersion.V5, "#", options: 1);
                await open.SubscribeAsync(MqttVersion.V5, "sensorgrid/v1/water/a/commands", options: 1);
            }
            await using var after = new EndpointRig(folder: folder, access: EndpointMqttAccess.Create(WithAccounts, TimeProvider.System, NullLogger.Instance));

            var back = await after.ConnectAsync(clientId: "a", flags: 0, properties: kept);

            Assert.Equal("01", back.ConnAck[4..6]);
            Assert.Equal(["sensorgrid/v1/water/a/commands"], after.Sessions.SubscriptionsOf(after.Sessions.Find("a")!).Select(subscription => subscription.Filter.Text));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static MqttConnectRequest Request(string clientId, string? user = null, string? password = null) => new(
        clientId, false, user, password is null ? null : System.Text.Encoding.UTF8.GetBytes(password), null, IPAddress.Parse("192.0.2.1"));
}
