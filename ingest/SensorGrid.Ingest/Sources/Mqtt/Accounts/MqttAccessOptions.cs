using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging.Abstractions;

namespace SensorGrid.Ingest.Sources.Mqtt.Accounts;

/// <summary>Who may connect to the embedded broker besides gateways, and what attempts to sign in may cost.</summary>
public sealed record MqttAccessOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Mqtt:Access";

    /// <summary>Lets programs on this machine read alarms without an account, as long as every address listens on loopback. On: the same programs read
    /// the same alarms over HTTP, and a first look needs no configuration.</summary>
    public bool AnonymousAlarms { get; init; } = true;

    /// <summary>Failed attempts after which a user name is locked for the address they came from. 10: more than a person's slips, far too few to
    /// guess.</summary>
    [Range(1, 1_000)]
    public int MaxFailures { get; init; } = 10;

    /// <summary>Failed attempts, of whatever names, after which an address may not sign in. 100: ten systems behind one address that all have an old
    /// password. Gateways without a user name are not concerned.</summary>
    [Range(1, 100_000)]
    public int MaxFailuresOfAddress { get; init; } = 100;

    /// <summary>How long either lock lasts, and after which quiet time failures are forgotten.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LockTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Names and addresses whose failures are remembered; the one that failed longest ago makes room. 10,000 cost 2 MB, and to fill them
    /// takes longer than a lock lasts, because checks come one after the other.</summary>
    [Range(100, 1_000_000)]
    public int MaxRemembered { get; init; } = 10_000;

    /// <summary>Attempts that may wait while another password is checked; one more is refused (0x89; 3.1.1: 3). One check at a time: a flood of wrong
    /// passwords takes one core at most. 64 wait some seconds.</summary>
    [Range(1, 10_000)]
    public int MaxWaiting { get; init; } = 64;

    /// <summary>File with the passwords of gateways, lines <c>gateway:hash</c>, not readable for everybody; read again when it changes. With it a gateway signs in with its
    /// id as user name; without it, nothing but its client id says who it is.</summary>
    public string? GatewayPasswordFile { get; init; }

    /// <summary>Whether gateways that are not in <see cref="GatewayPasswordFile"/> come in without a password, while those that are need theirs. Off. On: for the weeks in
    /// which gateways get their passwords one after the other.</summary>
    public bool AllowGatewaysWithoutPassword { get; init; }

    /// <summary>Every gateway must sign in, or show a certificate.</summary>
    public bool RequiresGatewayPasswords => GatewayPasswordFile is not null && !AllowGatewaysWithoutPassword;

    /// <summary>Every address listens on loopback only. Set by the service.</summary>
    public bool IsLoopbackOnly { get; init; }

    /// <summary>Accounts; none unless configured.</summary>
    public IReadOnlyList<MqttAccountOptions> Accounts { get; init; } = [];

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate() => OptionsCheck.Of(Section, this);

    /// <summary>All that is wrong with the accounts and the passwords of gateways, one sentence each.</summary>
    public IReadOnlyList<string> ValidateAccounts()
    {
        var errors = new List<string>();
        for (int i = 0; i < Accounts.Count; i++)
        {
            var wrong = new List<string>();
            Accounts[i].Read(wrong);
            errors.AddRange(wrong.Select(error => $"Mqtt:Accounts:{i}:{error}"));
        }
        foreach (var twice in Accounts.GroupBy(account => account.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            errors.Add($"Mqtt:Accounts: {twice.Count()} of them are named \"{twice.Key}\"; each needs a Name of its own.");
        if (GatewayPasswordFile is not null)
        {
            var wrong = new List<string>();
            GatewayPasswords.Read(GatewayPasswordFile, Accounts.Select(account => account.Name), NullLogger.Instance, wrong);
            errors.AddRange(wrong.Select(error => $"{Section}:{nameof(GatewayPasswordFile)}: {error}"));
        }
        else if (AllowGatewaysWithoutPassword)
        {
            errors.Add($"{Section}:{nameof(AllowGatewaysWithoutPassword)} needs {nameof(GatewayPasswordFile)}: no gateway has a password without it.");
        }
        return errors;
    }
}
