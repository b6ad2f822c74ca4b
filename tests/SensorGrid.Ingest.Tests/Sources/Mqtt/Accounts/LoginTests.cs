using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Accounts;

public sealed class LoginTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress There = IPAddress.Parse("192.0.2.2");
    private static readonly PasswordHash Right = PasswordHash.Create("right"u8, PasswordHash.LeastIterations);

    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task The_right_password_lets_in_also_when_it_is_recognised()
    {
        var login = Login();

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(NotAllowedReason.None, await CheckAsync(login, "dispatch", "right"));
        }
        Assert.Equal(NotAllowedReason.BadCredentials, await CheckAsync(login, "dispatch", "wrong"));
        Assert.Equal(NotAllowedReason.BadCredentials, await CheckAsync(login, "dashboard", "right of another"));
    }

    [Theory]
    [InlineData("dispatch")]
    [InlineData("nobody")]
    public async Task A_name_is_locked_after_ten_failures_for_a_minute_whether_it_exists_or_not(string name)
    {
        var login = Login();
        for (int i = 0; i < 10; i++)
            Assert.Equal(NotAllowedReason.BadCredentials, await CheckAsync(login, name, "wrong"));

        Assert.Equal(NotAllowedReason.LoginLocked, await CheckAsync(login, name, "right"));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(NotAllowedReason.LoginLocked, await CheckAsync(login, name, "right"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(name == "dispatch" ? NotAllowedReason.None : NotAllowedReason.BadCredentials, await CheckAsync(login, name, "right"));
    }

    [Fact]
    public async Task A_lock_hurts_neither_another_name_nor_another_address()
    {
        var login = Login();
        for (int i = 0; i < 11; i++)
            await CheckAsync(login, "dispatch", "wrong");

        Assert.Equal(NotAllowedReason.None, await CheckAsync(login, "dashboard", "right"));
        Assert.Equal(NotAllowedReason.None, await CheckAsync(login, "dispatch", "right", There));
        Assert.Equal(NotAllowedReason.LoginLocked, await CheckAsync(login, "dispatch", "right"));
    }

    [Fact]
    public async Task An_address_that_tries_many_names_is_locked_for_all_of_them()
    {
        var login = Login(new() { MaxFailuresOfAddress = 20 });
        for (int i = 0; i < 20; i++)
            Assert.Equal(NotAllowedReason.BadCredentials, await CheckAsync(login, $"name-{i}", "wrong"));

        Assert.Equal(NotAllowedReason.LoginLocked, await CheckAsync(login, "dispatch", "right"));
        Assert.Equal(NotAllowedReason.None, await CheckAsync(login, "dispatch", "right", There));
    }

    [Fact]
    public async Task A_success_forgets_the_slips_before_it()
    {
        var login = Login();
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 9; i++)
                await CheckAsync(login, "dispatch", "wrong", There);
            // Not the one that is recognised: it has not been right before.
            Assert.Equal(NotAllowedReason.None, await CheckAsync(Login(), "dispatch", "right", There));
            time.Advance(TimeSpan.FromSeconds(60));
        }
        for (int i = 0; i < 9; i++)
            await CheckAsync(login, "dispatch", "wrong");
        Assert.Equal(NotAllowedReason.None, await CheckAsync(login, "dispatch", "right"));
        Assert.Equal(NotAllowedReason.BadCredentials, await CheckAsync(login, "dispatch", "wrong"));
    }

    [Fact]
    public async Task Attempts_that_wait_are_bounded()
    {
        var login = Login(new() { MaxWaiting = 2 });
        // Each takes its rounds, one after the other; they are all asked before the first can be through three of them.
        var asked = Enumerable.Range(0, 200).Select(i => CheckAsync(login, $"name-{i % 50}", "wrong").AsTask()).ToArray();
        var reasons = await Task.WhenAll(asked);

        Assert.Contains(NotAllowedReason.LoginsWaiting, reasons);
        Assert.Contains(NotAllowedReason.BadCredentials, reasons);
        Assert.Equal(NotAllowedReason.None, await CheckAsync(login, "dispatch", "right", There));
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_the_oldest_makes_room()
    {
        var throttle = new LoginThrottle(new() { MaxFailures = 1, MaxRemembered = 100, MaxFailuresOfAddress = 100_000 }, time);
        for (int i = 0; i < 1000; i++)
            throttle.Failed($"name-{i}", IPAddress.Parse($"10.0.{i / 250}.{i % 250}"));

        Assert.Equal(100, throttle.Count);
        Assert.True(throttle.IsLocked("name-999", IPAddress.Parse("10.0.3.249")));
        Assert.False(throttle.IsLocked("name-0", IPAddress.Parse("10.0.0.0")));
    }

    private AccountLogin Login(MqttAccessOptions? options = null) => new(
        [new("dispatch", Right, [], []), new("dashboard", PasswordHash.Create("right"u8, PasswordHash.LeastIterations), [], [])], null, options ?? new(), time);

    private static ValueTask<NotAllowedReason> CheckAsync(AccountLogin login, string name, string password, IPAddress? address = null) =>
        login.CheckAsync(name, Encoding.UTF8.GetBytes(password), address ?? Here, CancellationToken.None);
}
