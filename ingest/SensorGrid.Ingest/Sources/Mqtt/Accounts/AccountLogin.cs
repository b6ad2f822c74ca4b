using System.Net;
using SensorGrid.Ingest.Admission;

namespace SensorGrid.Ingest.Sources.Mqtt.Accounts;

/// <summary>Checks user names and passwords, of accounts and of gateways. Unknown name and wrong password cost the same and are answered the same. One check at a
/// time, off the callers' threads; a password that was right once is recognised without the rounds.</summary>
internal sealed class AccountLogin
{
    private readonly Dictionary<string, (MqttAccount Account, StoredPassword Password)> accounts;
    private readonly GatewayPasswords? gateways;
    private readonly MqttAccessOptions options;
    private readonly LoginThrottle throttle;
    private readonly int accountRounds;
    private readonly Lock turnGate = new();
    private Task turn = Task.CompletedTask;
    private int waiting;

    public AccountLogin(IEnumerable<MqttAccount> accounts, GatewayPasswords? gateways, MqttAccessOptions options, TimeProvider time)
    {
        this.accounts = accounts.ToDictionary(account => account.Name, account => (account, new StoredPassword(account.Password)), StringComparer.Ordinal);
        (this.gateways, this.options) = (gateways, options);
        throttle = new(options, time);
        accountRounds = this.accounts.Values.Select(known => known.Password.Hash.Iterations).DefaultIfEmpty().Max();
    }

    /// <summary>The account of a name; null when there is none.</summary>
    public MqttAccount? Find(string name) => accounts.TryGetValue(name, out var known) ? known.Account : null;

    /// <summary>Whether a gateway has a password.</summary>
    public bool HasPassword(string gateway) => gateways?.Find(gateway) is not null;

    /// <summary>Whether name and password are right, and if not, why. <see cref="Find"/> tells whose they are: an account's, or else a gateway's.</summary>
    public ValueTask<NotAllowedReason> CheckAsync(string name, byte[]? password, IPAddress address, CancellationToken cancellationToken)
    {
        password ??= [];
        // Before anything else, so that a lock also holds for who guesses right in the end.
        if (throttle.IsLocked(name, address))
            return new(NotAllowedReason.LoginLocked);
        var known = accounts.TryGetValue(name, out var account) ? account.Password : gateways?.Find(name);
        if (known is not null && known.IsRecognised(password))
            return new(NotAllowedReason.None);
        if (Interlocked.Increment(ref waiting) > options.MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return new(NotAllowedReason.LoginsWaiting);
        }
        lock (turnGate)
        {
            var mine = CheckInTurnAsync(turn, known, name, password, address);
            turn = mine;
            // Who goes away meanwhile has used an attempt all the same.
            return new(mine.WaitAsync(cancellationToken));
        }
    }

    private async Task<NotAllowedReason> CheckInTurnAsync(Task before, StoredPassword? known, string name, byte[] password, IPAddress address)
    {
        // A check that failed has told its own caller. Takes a thread of the pool only while it works.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            // Others that waited with it may have used up its attempts.
            if (throttle.IsLocked(name, address))
                return NotAllowedReason.LoginLocked;
            // Others that waited may have shown that it is the right one.
            if (known is not null && (known.IsRecognised(password) || known.Matches(password)))
            {
                throttle.Succeeded(name, address);
                return NotAllowedReason.None;
            }
            int rounds = Math.Max(accountRounds, gateways?.MostRounds ?? 0);
            PasswordHash.Spend(password, rounds - (known?.Hash.Iterations ?? 0));
            throttle.Failed(name, address);
            return NotAllowedReason.BadCredentials;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
