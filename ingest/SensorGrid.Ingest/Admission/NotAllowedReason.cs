namespace SensorGrid.Ingest.Admission;

/// <summary>Why a message was refused before the log. Words of <see cref="NotAllowedReasons"/>; numbers are never reused.</summary>
public enum NotAllowedReason : byte
{
    /// <summary>Not refused.</summary>
    None = 0,

    /// <summary>The topic is longer than 256 bytes or 8 levels, holds a wildcard or a control character, or begins with <c>$</c>.</summary>
    TopicInvalid = 1,

    /// <summary>A well-formed topic that is not <c>sensorgrid/v1/{domain}/{gateway}/readings|backlog|status|replies</c>.</summary>
    TopicUnknown = 2,

    /// <summary>The topic belongs to another gateway.</summary>
    OtherGateway = 3,

    /// <summary>Commands go from the centre to a gateway only.</summary>
    CommandsAreCentral = 4,

    /// <summary>The payload is larger than <see cref="IngestOptions.MaxPayloadBytes"/>.</summary>
    PayloadTooLarge = 5,

    /// <summary>The filter is not the sender's own <c>…/commands</c>.</summary>
    FilterNotOwn = 6,

    /// <summary>The session has as many subscriptions as it may have.</summary>
    TooManySubscriptions = 7,

    /// <summary>The client id is not a gateway id, or a gateway id, <c>:</c> and a suffix.</summary>
    ClientIdInvalid = 8,

    /// <summary>User name or password is too long, holds a control character, or a password came without a user name.</summary>
    UserNameInvalid = 9,

    /// <summary>Neither MQTT 3.1.1 nor 5.</summary>
    ProtocolVersion = 10,

    /// <summary>The account may not subscribe to such topics, or not in a shared subscription.</summary>
    FilterNotAllowed = 11,

    /// <summary>The account may not publish there.</summary>
    TopicNotAllowed = 12,

    /// <summary>Unknown account, or not its password.</summary>
    BadCredentials = 13,

    /// <summary>Too many failed attempts to sign in with this name, or from this address.</summary>
    LoginLocked = 14,

    /// <summary>Too many attempts to sign in wait for their turn.</summary>
    LoginsWaiting = 15,

    /// <summary>The client's certificate is not that of the gateway its client id names.</summary>
    CertificateNameMismatch = 16,

    /// <summary>Gateways sign in here, and this one gave no user name.</summary>
    PasswordMissing = 17,

    /// <summary>The user name is that of a gateway, the client id names another or none.</summary>
    ClientIdNotOfUser = 18,
}

/// <summary>Words for <see cref="NotAllowedReason"/>.</summary>
public static class NotAllowedReasons
{
    /// <summary>The reason as counters, logs and the API say it.</summary>
    public static string ToWord(this NotAllowedReason reason) => reason switch
    {
        NotAllowedReason.None => "none",
        NotAllowedReason.TopicInvalid => "topic_invalid",
        NotAllowedReason.TopicUnknown => "topic_unknown",
        NotAllowedReason.OtherGateway => "other_gateway",
        NotAllowedReason.CommandsAreCentral => "commands_are_central",
        NotAllowedReason.PayloadTooLarge => "payload_over_limit",
        NotAllowedReason.FilterNotOwn => "filter_not_own",
        NotAllowedReason.TooManySubscriptions => "too_many_subscriptions",
        NotAllowedReason.ClientIdInvalid => "client_id_invalid",
        NotAllowedReason.UserNameInvalid => "user_name_invalid",
        NotAllowedReason.ProtocolVersion => "protocol_version",
        NotAllowedReason.FilterNotAllowed => "filter_not_allowed",
        NotAllowedReason.TopicNotAllowed => "topic_not_allowed",
        NotAllowedReason.BadCredentials => "bad_credentials",
        NotAllowedReason.LoginLocked => "login_locked",
        NotAllowedReason.LoginsWaiting => "logins_waiting",
        NotAllowedReason.CertificateNameMismatch => "certificate_name_mismatch",
        NotAllowedReason.PasswordMissing => "password_missing",
        NotAllowedReason.ClientIdNotOfUser => "client_id_not_of_user",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
    };
}
