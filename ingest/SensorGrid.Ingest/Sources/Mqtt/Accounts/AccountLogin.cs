using System.Net;
using System.Security.Cryptography;
using SensorGrid.Ingest.Admission;

namespace SensorGrid.Ingest.Sources.Mqtt.Accounts;

/// <summary>Checks user names and passwords. Unknown name and wrong password cost the same and are answered the same. One check at a time, off the callers'
/// threads; a password that was right once is recognised without the rounds, so that everybody may come back at once after a restart of the network.</summary>
internal sealed class AccountLogin
{
    private readonly Dictionary<string, MqttAccount> accounts;
    private readonly MqttAccessOptions options;
    private readonly LoginThrottle throttle;
    private readonly int rounds;
    private readonly Lock turnGate = new();
    private Task turn = Task.CompletedTask;
    private int waiting;

    // Of passwords that were right: under a key that never leaves this process.
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<string, byte[]> recognised = new(StringComparer.Ordinal);
    private readonly Lock recognisedGate = new();

    public AccountLogin(IEnumerable<MqttAccount> accounts, MqttAccessOptions options, TimeProvider time)
    {
        this.accounts = accounts.ToDictionary(account => account.Name, StringComparer.Ordinal);
        this.options = options;
        throttle = new(options, time);
        rounds = this.accounts.Values.Max(account => account.Password.Iterations);
    }

    /// <summary>The account of a name; null when there is none.</summary>
    public MqttAccount? Find(string name) => accounts.GetValueOrDefault(name);

    /// <summary>The account that name and password are of, or why not.</summary>
    public ValueTask<(MqttAccount? Account, NotAllowedReason Reason)> CheckAsync(
        string name, byte[]? password, IPAddress address, CancellationToken cancellationToken)
    {
        password ??= [];
        // Before anything else, so that a lock also holds for who guesses right in the end.
        if (throttle.IsLocked(name, address))
            return new((null, NotAllowedReason.LoginLocked));
        var account = accounts.GetValueOrDefault(name);
        if (account is not null && IsRecognised(name, password))
            return new((account, NotAllowedReason.None));
        if (Interlocked.Increment(ref waiting) > options.MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return new((null, NotAllowedReason.LoginsWaiting));
        }
        lock (turnGate)
        {
            var mine = CheckInTurnAsync(turn, account, name, password, address);
            turn = mine;
            // Who goes away meanwhile has used an attempt all the same.
            return new(mine.WaitAsync(cancellationToken));
        }
    }

    private async Task<(MqttAccount? Account, NotAllowedReason Reason)> CheckInTurnAsync(
        Task before, MqttAccount? account, string name, byte[] password, IPAddress address)
    {
        // A check that failed has told its own caller. Takes a thread of the pool only while it works.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            // Others that waited with it may have used up its attempts.
            if (throttle.IsLocked(name, address))
                return (null, NotAllowedReason.LoginLocked);
            return Matches(account, password) ? Granted(account!, password, address) : Refused(name, address);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private bool Matches(MqttAccount? account, byte[] password)
    {
        bool matches = account is not null && account.Password.Matches(password);
        if (!matches)
            PasswordHash.Spend(password, rounds - (account?.Password.Iterations ?? 0));
        return matches;
    }

    private (MqttAccount? Account, NotAllowedReason Reason) Granted(MqttAccount account, byte[] password, IPAddress address)
    {
        throttle.Succeeded(account.Name, address);
        lock (recognisedGate)
            recognised[account.Name] = HMACSHA256.HashData(key, password);
        return (account, NotAllowedReason.None);
    }

    private (MqttAccount? Account, NotAllowedReason Reason) Refused(string name, IPAddress address)
    {
        throttle.Failed(name, address);
        return (null, NotAllowedReason.BadCredentials);
    }

    private bool IsRecognised(string name, byte[] password)
    {
        byte[]? known;
        lock (recognisedGate)
            known = recognised.GetValueOrDefault(name);
        return known is not null && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, password), known);
    }
}
